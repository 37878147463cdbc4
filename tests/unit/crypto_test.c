/* Hashes, sealing, signatures and text forms, by the test vectors of their standards. */
#include "core/base/crypto.h"
#include "tests/unit/test.h"

#include <string.h>

/* The bytes of hex digits, in a place of their own; *n gets their number. */
static const uint8_t *bytes(struct arena *a, const char *hex, size_t *n)
{
	size_t cap = strlen(hex) / 2;
	uint8_t *out = arena_alloc(a, cap + 1);
	int got = hex_decode(hex, out, cap);
	CHECK_INT(got, cap);
	if (n)
		*n = cap;
	return out;
}

static const char *repeat(struct arena *a, int byte, size_t n)
{
	char *s = arena_alloc(a, n + 1);
	memset(s, byte, n);
	return s;
}

TEST(crypto_sha256_fips_180_4)
{
	struct arena *a = arena_new();
	uint8_t out[SHA256_BYTES];
	crypto_sha256("abc", 3, out);
	CHECK_STR(hex_encode(a, out, sizeof out), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	crypto_sha256("", 0, out);
	CHECK_STR(hex_encode(a, out, sizeof out), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	struct sha256 *h = sha256_new();
	sha256_add(h, "a", 1);
	sha256_add(h, "", 0);
	sha256_add(h, "bc", 2);
	sha256_end(&h, out);
	CHECK(h == NULL);
	CHECK_STR(hex_encode(a, out, sizeof out), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	h = sha256_new();
	sha256_end(&h, NULL);
	arena_free(&a);
}

static void check_hmac256(struct arena *a, const char *key, size_t key_n, const char *data, size_t n, const char *want)
{
	uint8_t out[SHA256_BYTES];
	crypto_hmac_sha256(key, key_n, data, n, out);
	CHECK_STR(hex_encode(a, out, strlen(want) / 2), want);
}

static const char counting_key[] =
	"\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19";

TEST(crypto_hmac_sha256_rfc_4231)
{
	struct arena *a = arena_new();
	static const char
		jefe[] = "what do ya want for nothing?",
		larger[] = "Test Using Larger Than Block-Size Key - Hash Key First",
		both[] = "This is a test using a larger than block-size key and a larger than block-size data. The key "
			 "needs to be hashed before being used by the HMAC algorithm.";
	check_hmac256(a, repeat(a, 0x0b, 20), 20, "Hi There", 8,
		"b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
	check_hmac256(
		a, "Jefe", 4, jefe, strlen(jefe), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	check_hmac256(a, repeat(a, 0xaa, 20), 20, repeat(a, 0xdd, 50), 50,
		"773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
	check_hmac256(a, counting_key, 25, repeat(a, 0xcd, 50), 50,
		"82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b");
	check_hmac256(a, repeat(a, 0x0c, 20), 20, "Test With Truncation", 20, "a3b6167473100ee06e0c796c2955552b");
	check_hmac256(a, repeat(a, 0xaa, 131), 131, larger, strlen(larger),
		"60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
	check_hmac256(a, repeat(a, 0xaa, 131), 131, both, strlen(both),
		"9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2");
	/* Nothing at all, by Python's hmac. */
	check_hmac256(a, NULL, 0, "", 0, "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
	arena_free(&a);
}

static void check_hmac1(struct arena *a, const char *key, size_t key_n, const char *data, size_t n, const char *want)
{
	uint8_t out[SHA1_BYTES];
	crypto_hmac_sha1(key, key_n, data, n, out);
	CHECK_STR(hex_encode(a, out, sizeof out), want);
}

TEST(crypto_hmac_sha1_rfc_2202)
{
	struct arena *a = arena_new();
	static const char jefe[] = "what do ya want for nothing?",
			  larger[] = "Test Using Larger Than Block-Size Key - Hash Key First",
			  both[] = "Test Using Larger Than Block-Size Key and Larger Than One Block-Size Data";
	check_hmac1(a, repeat(a, 0x0b, 20), 20, "Hi There", 8, "b617318655057264e28bc0b6fb378c8ef146be00");
	check_hmac1(a, "Jefe", 4, jefe, strlen(jefe), "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
	check_hmac1(a, repeat(a, 0xaa, 20), 20, repeat(a, 0xdd, 50), 50, "125d7342b9ac11cd91a39af48aa17b4f63f175d3");
	check_hmac1(a, counting_key, 25, repeat(a, 0xcd, 50), 50, "4c9007f4026250c6bc8414f9bf50c86c2d7235da");
	check_hmac1(a, repeat(a, 0x0c, 20), 20, "Test With Truncation", 20, "4c1a03424b55e07fe7f27be1d58bb9324a9a5a04");
	check_hmac1(a, repeat(a, 0xaa, 80), 80, larger, strlen(larger), "aa4ae5e15272d00e95705637ce8a3b55ed402112");
	check_hmac1(a, repeat(a, 0xaa, 80), 80, both, strlen(both), "e8e99d0f45237d786d6bbaa7965c7808bbff1a91");
	arena_free(&a);
}

static void check_scrypt(
	struct arena *a, const char *password, const char *salt, int log_n, int r, int p, const char *want)
{
	struct error err;
	uint8_t out[64];
	MUST(crypto_scrypt(password, strlen(password), salt, strlen(salt), log_n, r, p, out, sizeof out, &err));
	CHECK_STR(hex_encode(a, out, sizeof out), want);
}

TEST(crypto_sec24_scrypt_rfc_7914)
{
	struct arena *a = arena_new();
	check_scrypt(a, "", "", 4, 1, 1,
		"77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442"
		"fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906");
	check_scrypt(a, "password", "NaCl", 10, 8, 16,
		"fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"
		"2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640");
	check_scrypt(a, "pleaseletmein", "SodiumChloride", 14, 8, 1,
		"7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"
		"d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887");
	arena_free(&a);
}

TEST(crypto_sec24_scrypt_refuses_what_takes_too_much)
{
	static const int refused[][3] = {{20, 8, 1}, /* the fourth vector of RFC 7914: 1 GiB */
		{19, 8, 1}, {18, 9, 1}, {0, 8, 1}, {-1, 8, 1}, {31, 8, 1}, {10, 0, 1}, {10, 8, 0}, {10, 8, 256},
		{16, 1, 1}};
	struct error err;
	uint8_t out[16], untouched[16];
	memset(out, 7, sizeof out);
	memset(untouched, 7, sizeof untouched);
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		const int *c = refused[i];
		CHECK_INT(crypto_scrypt("x", 1, "salt", 4, c[0], c[1], c[2], out, sizeof out, &err), ST_LIMIT);
	}
	CHECK(memcmp(out, untouched, sizeof out) == 0);
	CHECK(crypto_scrypt_allowed(18, 8, 1));
	CHECK(crypto_scrypt_allowed(15, 1, 1));
}

/* Sealing */

TEST(crypto_seal_opens_again)
{
	uint8_t key[SEAL_KEY_BYTES], sealed[100 + SEAL_OVERHEAD], other[100 + SEAL_OVERHEAD], plain[100], back[100];
	struct error err;
	crypto_random(key, sizeof key);
	crypto_random(plain, sizeof plain);
	for (size_t n = 0; n <= sizeof plain; n++) {
		crypto_seal(key, "seed of Ada", plain, n, sealed);
		MUST(crypto_open(key, "seed of Ada", sealed, n + SEAL_OVERHEAD, back, &err));
		CHECK(memcmp(plain, back, n) == 0);
	}
	crypto_seal(key, "seed of Ada", plain, sizeof plain, other);
	CHECK(memcmp(sealed, other, sizeof sealed) != 0); /* a nonce of its own each time */
}

/* McGrew and Viega, "The Galois/Counter Mode of Operation", test case 16; as submitted to NIST. */
TEST(crypto_open_nist_gcm_test_case_16)
{
	struct arena *a = arena_new();
	struct error err;
	size_t n;
	const uint8_t *key = bytes(a, "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308", NULL);
	const uint8_t *context = bytes(a, "feedfacedeadbeeffeedfacedeadbeefabaddad2", NULL);
	const uint8_t *sealed = bytes(a,
		"cafebabefacedbaddecaf888"
		"522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e"
		"6393ba7a0a"
		"bcc9f662"
		"76fc6ece0f4e1768cddf8853bb2d551b",
		&n);
	uint8_t plain[60];
	CHECK_INT(n, sizeof plain + SEAL_OVERHEAD);
	MUST(crypto_open(key, (const char *)context, sealed, n, plain, &err));
	CHECK_STR(hex_encode(a, plain, sizeof plain), "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
						      "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657"
						      "ba637b39");
	arena_free(&a);
}

TEST(crypto_sec31_open_refuses_every_flipped_bit)
{
	uint8_t key[SEAL_KEY_BYTES], sealed[20 + SEAL_OVERHEAD], back[20], untouched[20];
	struct error err;
	crypto_random(key, sizeof key);
	memset(back, 7, sizeof back);
	memset(untouched, 7, sizeof untouched);
	crypto_seal(key, "totp", "12345678901234567890", 20, sealed);
	int opened = 0;
	for (size_t bit = 0; bit < sizeof sealed * 8; bit++) {
		sealed[bit / 8] ^= (uint8_t)(1u << bit % 8);
		opened += crypto_open(key, "totp", sealed, sizeof sealed, back, &err) != ST_CORRUPT;
		sealed[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	for (size_t bit = 0; bit < sizeof key * 8; bit++) {
		key[bit / 8] ^= (uint8_t)(1u << bit % 8);
		opened += crypto_open(key, "totp", sealed, sizeof sealed, back, &err) != ST_CORRUPT;
		key[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	for (size_t n = 0; n < sizeof sealed; n++)
		opened += crypto_open(key, "totp", sealed, n, back, &err) != ST_CORRUPT;
	CHECK_INT(opened, 0);
	CHECK_INT(crypto_open(key, "totq", sealed, sizeof sealed, back, &err), ST_CORRUPT);
	CHECK_INT(crypto_open(key, "", sealed, sizeof sealed, back, &err), ST_CORRUPT);
	CHECK(memcmp(back, untouched, sizeof back) == 0);
	MUST(crypto_open(key, "totp", sealed, sizeof sealed, back, &err));
}

/* Signatures */

static void check_ed25519(struct arena *a, const char *seed, const char *public, const char *message, const char *want)
{
	size_t n;
	const uint8_t *secret = bytes(a, seed, NULL), *data = bytes(a, message, &n);
	uint8_t key[ED25519_PUBLIC_BYTES], signature[ED25519_SIGNATURE_BYTES];
	ed25519_public(secret, key);
	CHECK_STR(hex_encode(a, key, sizeof key), public);
	ed25519_sign(secret, data, n, signature);
	CHECK_STR(hex_encode(a, signature, sizeof signature), want);
	CHECK(ed25519_verify(key, data, n, signature));
	CHECK(!ed25519_verify(key, "other", 5, signature));
	int accepted = 0;
	for (size_t bit = 0; bit < sizeof signature * 8; bit++) {
		signature[bit / 8] ^= (uint8_t)(1u << bit % 8);
		accepted += ed25519_verify(key, data, n, signature);
		signature[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	for (size_t bit = 0; bit < sizeof key * 8; bit++) {
		key[bit / 8] ^= (uint8_t)(1u << bit % 8);
		accepted += ed25519_verify(key, data, n, signature);
		key[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	CHECK_INT(accepted, 0);
}

TEST(crypto_ed25519_rfc_8032_tests_1_to_3)
{
	struct arena *a = arena_new();
	check_ed25519(a, "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
		"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
		"e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5"
		"f0595bbe24"
		"655141438e7a100b");
	check_ed25519(a, "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
		"3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
		"92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2e"
		"aeb4302aee"
		"b00d291612bb0c00");
	check_ed25519(a, "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
		"fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
		"6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15"
		"e9716ed28d"
		"c027beceea1ec40a");
	arena_free(&a);
}

/* Text forms */

static void check_base64(struct arena *a, const char *plain, const char *padded)
{
	uint8_t out[16];
	CHECK_STR(base64_encode(a, plain, strlen(plain)), padded);
	CHECK_INT(base64_decode(padded, out, sizeof out), strlen(plain));
	CHECK(memcmp(out, plain, strlen(plain)) == 0);
	char *bare = arena_strndup(a, padded, strcspn(padded, "="));
	CHECK_STR(base64url_encode(a, plain, strlen(plain)), bare);
	CHECK_INT(base64url_decode(bare, out, sizeof out), strlen(plain));
	CHECK(memcmp(out, plain, strlen(plain)) == 0);
}

TEST(encoding_base64_rfc_4648)
{
	struct arena *a = arena_new();
	check_base64(a, "", "");
	check_base64(a, "f", "Zg==");
	check_base64(a, "fo", "Zm8=");
	check_base64(a, "foo", "Zm9v");
	check_base64(a, "foob", "Zm9vYg==");
	check_base64(a, "fooba", "Zm9vYmE=");
	check_base64(a, "foobar", "Zm9vYmFy");
	CHECK_STR(base64_encode(a, "\xfb\xff\xfe", 3), "+//+");
	CHECK_STR(base64url_encode(a, "\xfb\xff\xfe", 3), "-__-");
	uint8_t out[16];
	static const char *const bad[] = {"Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Z", "Z===", "====", "Zm 9", "Zm9v\n",
		"-__-", "Zg==Zg==", "=Zg="};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		CHECK_INT(base64_decode(bad[i], out, sizeof out), -1);
	static const char *const bad_url[] = {"Zg==", "Zh", "Z", "Zm9", "+//+", "Zm9vé"};
	for (size_t i = 0; i < sizeof bad_url / sizeof *bad_url; i++)
		CHECK_INT(base64url_decode(bad_url[i], out, sizeof out), -1);
	CHECK_INT(base64_decode("Zm9vYmFy", out, 5), -1); /* does not fit */
	CHECK_INT(base64_decode("Zm9vYmFy", out, 6), 6);
	arena_free(&a);
}

TEST(encoding_base32_rfc_4648)
{
	static const char *const pairs[][2] = {{"", ""}, {"f", "MY"}, {"fo", "MZXQ"}, {"foo", "MZXW6"},
		{"foob", "MZXW6YQ"}, {"fooba", "MZXW6YTB"}, {"foobar", "MZXW6YTBOI"}};
	struct arena *a = arena_new();
	uint8_t out[16];
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		CHECK_STR(base32_encode(a, pairs[i][0], strlen(pairs[i][0])), pairs[i][1]);
		CHECK_INT(base32_decode(pairs[i][1], out, sizeof out), strlen(pairs[i][0]));
		CHECK(memcmp(out, pairs[i][0], strlen(pairs[i][0])) == 0);
	}
	CHECK_INT(base32_decode("mzxw 6ytb-oi======", out, sizeof out), 6);
	CHECK(memcmp(out, "foobar", 6) == 0);
	static const char *const bad[] = {"M", "MZX", "MZXW6Y", "MZ", "MZXR", "M1", "M8", "M0", "MY=MY", "MYé"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		CHECK_INT(base32_decode(bad[i], out, sizeof out), -1);
	CHECK_INT(base32_decode("MZXW6YTBOI", out, 5), -1);
	arena_free(&a);
}

TEST(encoding_base16_rfc_4648)
{
	struct arena *a = arena_new();
	uint8_t out[16];
	CHECK_STR(hex_encode(a, "foobar", 6), "666f6f626172");
	CHECK_INT(hex_decode("666F6F626172", out, sizeof out), 6);
	CHECK(memcmp(out, "foobar", 6) == 0);
	CHECK_INT(hex_decode("", out, sizeof out), 0);
	CHECK_INT(hex_decode("6", out, sizeof out), -1);
	CHECK_INT(hex_decode("6g", out, sizeof out), -1);
	CHECK_INT(hex_decode("66 6f", out, sizeof out), -1);
	CHECK_INT(hex_decode("666f", out, 1), -1);
	arena_free(&a);
}

TEST(encoding_round_trips_any_bytes)
{
	uint8_t data[67], out[67];
	for (int round = 0; round < 200; round++) {
		struct arena *a = arena_new();
		size_t n = (size_t)round % sizeof data;
		crypto_random(data, n);
		CHECK_INT(hex_decode(hex_encode(a, data, n), out, sizeof out), n);
		CHECK(memcmp(out, data, n) == 0);
		CHECK_INT(base32_decode(base32_encode(a, data, n), out, sizeof out), n);
		CHECK(memcmp(out, data, n) == 0);
		CHECK_INT(base64_decode(base64_encode(a, data, n), out, sizeof out), n);
		CHECK(memcmp(out, data, n) == 0);
		CHECK_INT(base64url_decode(base64url_encode(a, data, n), out, sizeof out), n);
		CHECK(memcmp(out, data, n) == 0);
		arena_free(&a);
	}
}

/* The rest */

TEST(crypto_equal_compares_all_bytes)
{
	uint8_t one[32], two[32];
	crypto_random(one, sizeof one);
	memcpy(two, one, sizeof two);
	CHECK(crypto_equal(one, two, sizeof one));
	CHECK(crypto_equal(one, two, 0));
	for (size_t i = 0; i < sizeof one; i++) {
		two[i] ^= 0x80;
		if (crypto_equal(one, two, sizeof one))
			CHECK_INT(i, -1);
		two[i] ^= 0x80;
	}
}

TEST(crypto_random_and_wipe)
{
	uint8_t one[64] = {0}, two[64] = {0}, zero[64] = {0};
	crypto_random(one, sizeof one);
	crypto_random(two, sizeof two);
	CHECK(memcmp(one, two, sizeof one) != 0 && memcmp(one, zero, sizeof one) != 0);
	crypto_wipe(one, sizeof one);
	CHECK(memcmp(one, zero, sizeof one) == 0);
	crypto_wipe(NULL, 5);
}
