/* Which network addresses a request of ours may reach.
 *
 * The address that is really connected to is asked, after names were resolved, so no spelling and no name server can talk us into the
 * inside: every special range of IANA's registries is refused, also inside IPv6 forms that carry an IPv4 address (mapped, NAT64, 6to4, Teredo). */
#ifndef CORE_HELPER_ADDRESS_H
#define CORE_HELPER_ADDRESS_H

#include <stdbool.h>
#include <sys/socket.h>

/* Anywhere on the public internet? Only IPv4 and IPv6 are. */
bool address_is_public(const struct sockaddr *a);

/* Is host (a name or address as it stands in a URL, without brackets) named in a list "hooks.lan, 127.0.0.1:8080"? Without a port any of the host's. */
bool address_is_listed(const char *list, const char *host, int port);

#endif
