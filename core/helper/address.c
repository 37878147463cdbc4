#include "core/helper/address.h"

#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* IANA IPv4 Special-Purpose Address Registry, and multicast. */
static bool public4(uint32_t a)
{
	static const struct {
		uint32_t net;
		int bits;
	} special[] = {{0x00000000, 8}, {0x0a000000, 8}, {0x64400000, 10}, {0x7f000000, 8}, {0xa9fe0000, 16}, {0xac100000, 12}, {0xc0000000, 24}, {0xc0000200, 24},
		{0xc01fc400, 24}, {0xc034c100, 24}, {0xc0586300, 24}, {0xc0a80000, 16}, {0xc0af3000, 24}, {0xc6120000, 15}, {0xc6336400, 24}, {0xcb007100, 24},
		{0xe0000000, 4}, {0xf0000000, 4}};
	for (size_t i = 0; i < sizeof special / sizeof *special; i++)
		if ((a & ~(UINT32_MAX >> special[i].bits)) == special[i].net)
			return false;
	return true;
}

static uint32_t word(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* Of IPv6 only 2000::/3 is given out; within it, what carries or stands for something else is not. */
static bool public6(const uint8_t a[16])
{
	static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, nat64[12] = {0, 0x64, 0xff, 0x9b};
	if (memcmp(a, mapped, 12) == 0 || memcmp(a, nat64, 12) == 0)
		return public4(word(a + 12));
	if ((a[0] & 0xe0) != 0x20)
		return false;
	if (a[0] == 0x20 && a[1] == 0x02) /* 6to4 */
		return public4(word(a + 2));
	if (a[0] == 0x20 && a[1] == 0x01 && a[2] < 0x02) /* 2001::/23: Teredo, benchmarking, ORCHID… */
		return false;
	if (word(a) == 0x20010db8) /* documentation */
		return false;
	return !(a[0] == 0x3f && a[1] == 0xff && a[2] < 0x10); /* 3fff::/20, documentation */
}

bool address_is_public(const struct sockaddr *a)
{
	if (a->sa_family == AF_INET) {
		struct sockaddr_in in;
		memcpy(&in, a, sizeof in);
		return public4(ntohl(in.sin_addr.s_addr));
	}
	if (a->sa_family == AF_INET6) {
		struct sockaddr_in6 in;
		memcpy(&in, a, sizeof in);
		return public6(in.sin6_addr.s6_addr);
	}
	return false;
}

bool address_is_listed(const char *list, const char *host, int port)
{
	size_t want = strlen(host);
	while (list && *list) {
		list += strspn(list, ", ");
		size_t n = strcspn(list, ", ");
		const char *colon = memrchr(list, ':', n);
		bool with_port = colon && memchr(list, ':', n) == colon;
		size_t name = with_port ? (size_t)(colon - list) : n;
		if (n && name == want && strncasecmp(list, host, want) == 0 && (!with_port || atoi(colon + 1) == port))
			return true;
		list += n;
	}
	return false;
}
