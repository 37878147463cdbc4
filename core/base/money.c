/* Money and numbers: see money.h.
 *
 * One scanner reads every written number into digits and a count of decimals; no float is involved. Which separator is
 * the decimal one is decided there, in this order: what the caller knows (a file's column); two different separators:
 * the last; one that repeats: none; one alone: the decimal one, unless it could as well group thousands ("1,234"),
 * where the language in use decides. Groups must look like groups (three digits; two as well, for 12,34,567), so that a
 * typing error is refused and not read as another number.
 *
 * Currencies: ISO 4217 list one, as amended in 2024, without metals, funds and testing codes that have no minor unit.
 */
#include "core/base/money.h"

#include "core/base/i18n.h"
#include "core/base/text.h"

#include <string.h>

enum { MAX_DIGITS = 60 };

struct currency {
	char code[4];
	int digits;
};

/* clang-format off */
static const struct currency currencies[] = {
	{"AED", 2}, {"AFN", 2}, {"ALL", 2}, {"AMD", 2}, {"ANG", 2}, {"AOA", 2}, {"ARS", 2}, {"AUD", 2}, {"AWG", 2},
	{"AZN", 2}, {"BAM", 2}, {"BBD", 2}, {"BDT", 2}, {"BGN", 2}, {"BHD", 3}, {"BIF", 0}, {"BMD", 2}, {"BND", 2},
	{"BOB", 2}, {"BOV", 2}, {"BRL", 2}, {"BSD", 2}, {"BTN", 2}, {"BWP", 2}, {"BYN", 2}, {"BZD", 2}, {"CAD", 2},
	{"CDF", 2}, {"CHE", 2}, {"CHF", 2}, {"CHW", 2}, {"CLF", 4}, {"CLP", 0}, {"CNY", 2}, {"COP", 2}, {"COU", 2},
	{"CRC", 2}, {"CUP", 2}, {"CVE", 2}, {"CZK", 2}, {"DJF", 0}, {"DKK", 2}, {"DOP", 2}, {"DZD", 2}, {"EGP", 2},
	{"ERN", 2}, {"ETB", 2}, {"EUR", 2}, {"FJD", 2}, {"FKP", 2}, {"GBP", 2}, {"GEL", 2}, {"GHS", 2}, {"GIP", 2},
	{"GMD", 2}, {"GNF", 0}, {"GTQ", 2}, {"GYD", 2}, {"HKD", 2}, {"HNL", 2}, {"HTG", 2}, {"HUF", 2}, {"IDR", 2},
	{"ILS", 2}, {"INR", 2}, {"IQD", 3}, {"IRR", 2}, {"ISK", 0}, {"JMD", 2}, {"JOD", 3}, {"JPY", 0}, {"KES", 2},
	{"KGS", 2}, {"KHR", 2}, {"KMF", 0}, {"KPW", 2}, {"KRW", 0}, {"KWD", 3}, {"KYD", 2}, {"KZT", 2}, {"LAK", 2},
	{"LBP", 2}, {"LKR", 2}, {"LRD", 2}, {"LSL", 2}, {"LYD", 3}, {"MAD", 2}, {"MDL", 2}, {"MGA", 2}, {"MKD", 2},
	{"MMK", 2}, {"MNT", 2}, {"MOP", 2}, {"MRU", 2}, {"MUR", 2}, {"MVR", 2}, {"MWK", 2}, {"MXN", 2}, {"MXV", 2},
	{"MYR", 2}, {"MZN", 2}, {"NAD", 2}, {"NGN", 2}, {"NIO", 2}, {"NOK", 2}, {"NPR", 2}, {"NZD", 2}, {"OMR", 3},
	{"PAB", 2}, {"PEN", 2}, {"PGK", 2}, {"PHP", 2}, {"PKR", 2}, {"PLN", 2}, {"PYG", 0}, {"QAR", 2}, {"RON", 2},
	{"RSD", 2}, {"RUB", 2}, {"RWF", 0}, {"SAR", 2}, {"SBD", 2}, {"SCR", 2}, {"SDG", 2}, {"SEK", 2}, {"SGD", 2},
	{"SHP", 2}, {"SLE", 2}, {"SOS", 2}, {"SRD", 2}, {"SSP", 2}, {"STN", 2}, {"SVC", 2}, {"SYP", 2}, {"SZL", 2},
	{"THB", 2}, {"TJS", 2}, {"TMT", 2}, {"TND", 3}, {"TOP", 2}, {"TRY", 2}, {"TTD", 2}, {"TWD", 2}, {"TZS", 2},
	{"UAH", 2}, {"UGX", 0}, {"USD", 2}, {"USN", 2}, {"UYI", 0}, {"UYU", 2}, {"UYW", 4}, {"UZS", 2}, {"VED", 2},
	{"VES", 2}, {"VND", 0}, {"VUV", 0}, {"WST", 2}, {"XAF", 0}, {"XCD", 2}, {"XOF", 0}, {"XPF", 0}, {"YER", 2},
	{"ZAR", 2}, {"ZMW", 2}, {"ZWG", 2},
};
/* clang-format on */

static const struct currency *currency_of(const char *code)
{
	size_t low = 0, high = sizeof currencies / sizeof *currencies;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int order = strcmp(code, currencies[mid].code);
		if (order == 0)
			return &currencies[mid];
		if (order < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return NULL;
}

int money_digits(const char *currency)
{
	const struct currency *c = currency_of(currency);
	return c ? c->digits : -1;
}

int money_unusual(const char **codes, int max)
{
	int n = 0;
	for (size_t i = 0; i < sizeof currencies / sizeof *currencies && n < max; i++)
		if (currencies[i].digits != 2)
			codes[n++] = currencies[i].code;
	return n;
}

const char *money_symbol(const char *currency)
{
	if (strcmp(currency, "EUR") == 0)
		return "€";
	if (strcmp(currency, "USD") == 0)
		return "$";
	if (strcmp(currency, "GBP") == 0)
		return "£";
	return currency;
}

/* Names beside the ISO codes, folded. A lower-case code counts only here: "all" and "try" are words first. */
/* clang-format off */
static const struct {
	const char *word, *code;
} currency_words[] = {
	{"€", "EUR"}, {"eur", "EUR"}, {"euro", "EUR"}, {"euros", "EUR"}, {"$", "USD"}, {"usd", "USD"}, {"us$", "USD"},
	{"dollar", "USD"}, {"dollars", "USD"}, {"£", "GBP"}, {"gbp", "GBP"}, {"pound", "GBP"}, {"pounds", "GBP"},
	{"chf", "CHF"}, {"sfr", "CHF"}, {"cad", "CAD"}, {"ca$", "CAD"}, {"c$", "CAD"}, {"aud", "AUD"}, {"a$", "AUD"},
	{"nz$", "NZD"}, {"hk$", "HKD"}, {"s$", "SGD"}, {"r$", "BRL"}, {"kc", "CZK"}, {"czk", "CZK"}, {"zl", "PLN"},
	{"pln", "PLN"}, {"jpy", "JPY"}, {"¥", "JPY"}, {"sek", "SEK"}, {"nok", "NOK"}, {"dkk", "DKK"}, {"₹", "INR"},
	{"₽", "RUB"}, {"₩", "KRW"}, {"₪", "ILS"}, {"₫", "VND"}, {"₺", "TRY"}, {"₴", "UAH"}, {"₦", "NGN"}, {"₱", "PHP"},
	{"฿", "THB"}, {"ft", "HUF"}, {"huf", "HUF"}, {"lei", "RON"}, {"ron", "RON"}, {"mad", "MAD"}, {"dh", "MAD"},
	{"fcfa", "XOF"}, {"tnd", "TND"},
};
/* clang-format on */

static const char *find_folded(const char *word)
{
	for (size_t i = 0; i < sizeof currency_words / sizeof *currency_words; i++)
		if (strcmp(word, currency_words[i].word) == 0)
			return currency_of(currency_words[i].code)->code;
	return NULL;
}

const char *money_find_currency(const char *word)
{
	char trimmed[24];
	while (*word == ' ' || strncmp(word, "\u00A0", 2) == 0)
		word += *word == ' ' ? 1 : 2;
	size_t n = strlen(word);
	while (n > 0 && (word[n - 1] == ' ' || (n > 1 && strncmp(word + n - 2, "\u00A0", 2) == 0)))
		n -= word[n - 1] == ' ' ? 1 : 2;
	if (n == 0 || n >= sizeof trimmed)
		return NULL;
	memcpy(trimmed, word, n);
	trimmed[n] = '\0';
	const struct currency *iso = currency_of(trimmed);
	if (iso)
		return iso->code;
	struct buf b = {0};
	text_fold_to(&b, trimmed);
	const char *code = find_folded(buf_str(&b));
	buf_free(&b);
	return code;
}

/* The scanner */

struct number {
	bool negative;
	char digit[MAX_DIGITS + 1]; /* '0'..'9', no separators, no leading zeros but one */
	int count;
	int decimals; /* how many of them are behind the decimal point */
};

/* Separators that only ever group: spaces of all widths, apostrophes. Returns the bytes of one at s, or 0. */
static int grouping_mark(const char *s)
{
	static const char *const marks[] = {" ", "\u00A0", "\u202F", "\u2009", "'", "\u2019"};
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
		size_t n = strlen(marks[i]);
		if (strncmp(s, marks[i], n) == 0)
			return (int)n;
	}
	return 0;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* What a number's text consists of: each run of digits, and the separator behind it (' ' for any grouping mark). */
struct shape {
	int run[MAX_DIGITS];
	char sep[MAX_DIGITS];
	int runs;
	int dots, commas, spaces;
};

static const char *scan_shape(const char *s, struct shape *shape, struct number *out, enum status *st)
{
	while (shape->runs < MAX_DIGITS) {
		int n = 0;
		for (; is_digit(*s); s++, n++) {
			if (out->count == MAX_DIGITS) {
				*st = ST_LIMIT;
				return s;
			}
			out->digit[out->count++] = *s;
		}
		int at = shape->runs++;
		shape->run[at] = n;
		int mark = grouping_mark(s);
		char sep = *s == '.' || *s == ',' ? *s : mark ? ' ' : '\0';
		int width = mark ? mark : 1;
		/* a bare point may begin (".5") or end ("12.") a number; other separators stand between digits */
		if (!sep || (!is_digit(s[width]) && (sep == ' ' || n == 0)))
			break;
		shape->sep[at] = sep;
		shape->dots += sep == '.';
		shape->commas += sep == ',';
		shape->spaces += sep == ' ';
		s += width;
	}
	return s;
}

/* The decimal separator of the shape, '\0' when it has none. */
static char decimal_of(const struct shape *shape, char known, const struct number *n)
{
	if (known)
		return known;
	if (shape->dots && shape->commas) {
		for (int i = shape->runs - 2; i >= 0; i--)
			if (shape->sep[i] != ' ')
				return shape->sep[i];
	}
	int points = shape->dots + shape->commas;
	if (points != 1)
		return '\0';
	char sep = shape->dots ? '.' : ',';
	bool could_group = !shape->spaces && shape->run[1] == 3 && shape->run[0] >= 1 && shape->run[0] <= 3 &&
			   n->digit[0] != '0';
	return could_group && i18n_decimal_point()[0] != sep ? '\0' : sep;
}

static bool groups_well(const struct shape *shape, int runs)
{
	if (runs == 1)
		return true;
	if (shape->run[0] < 1 || shape->run[0] > 3 || shape->run[runs - 1] != 3)
		return false;
	for (int i = 1; i < runs; i++) {
		if (shape->run[i] != 3 && shape->run[i] != 2)
			return false;
		if (i + 1 < runs && shape->sep[i] != shape->sep[0])
			return false;
	}
	return true;
}

static void drop_leading_zeros(struct number *n)
{
	int zeros = 0;
	while (zeros < n->count - 1 - n->decimals && n->digit[zeros] == '0')
		zeros++;
	n->count -= zeros;
	memmove(n->digit, n->digit + zeros, (size_t)n->count + 1);
}

/* Digits and separators at *s; ST_INVALID when there is no number. */
static enum status scan_number(const char **s, char known, struct number *out)
{
	struct shape shape = {0};
	enum status st = ST_OK;
	const char *end = scan_shape(*s, &shape, out, &st);
	if (st != ST_OK)
		return st;
	if (out->count == 0)
		return ST_INVALID;
	out->digit[out->count] = '\0';
	char decimal = decimal_of(&shape, known, out);
	int whole = shape.runs;
	if (decimal) {
		for (int i = 0; i < shape.runs - 1; i++) {
			if (shape.sep[i] != decimal)
				continue;
			if (i != shape.runs - 2)
				return ST_INVALID; /* a decimal point twice, or a group behind it */
			whole = i + 1;
			out->decimals = shape.run[i + 1];
		}
	}
	if (!groups_well(&shape, whole))
		return ST_INVALID;
	drop_leading_zeros(out);
	*s = end;
	return ST_OK;
}

static bool is_minus(const char **s)
{
	if (**s == '-') {
		(*s)++;
		return true;
	}
	if (strncmp(*s, "\u2212", 3) == 0) {
		*s += 3;
		return true;
	}
	return false;
}

static void skip_marks(const char **s)
{
	int n;
	while ((n = **s == '\t' ? 1 : grouping_mark(*s)) > 0)
		*s += n;
}

static enum status not_a_number(struct error *err, enum status st, const char *s)
{
	if (st == ST_LIMIT)
		return error_set(err, ST_LIMIT, _("“%.40s” is too large a number."), s);
	return error_set(err, ST_INVALID, _("“%.40s” is not a number."), s);
}

/* A whole text that is a number and nothing else. */
static enum status plain_number(const char *text, char known, struct number *n, struct error *err)
{
	const char *s = text;
	skip_marks(&s);
	if (*s == '+')
		s++;
	else
		n->negative = is_minus(&s);
	enum status st = scan_number(&s, known, n);
	if (st == ST_OK) {
		skip_marks(&s);
		if (*s)
			st = ST_INVALID;
	}
	return st == ST_OK ? ST_OK : not_a_number(err, st, text);
}

enum status decimal_parse(struct arena *a, const char *s, char decimal, const char **out, struct error *err)
{
	struct number n = {0};
	enum status st = plain_number(s, decimal, &n, err);
	if (st != ST_OK)
		return st;
	while (n.decimals > 0 && n.digit[n.count - 1] == '0') {
		n.count--;
		n.decimals--;
	}
	n.digit[n.count] = '\0';
	int whole = n.count - n.decimals;
	bool zero = n.decimals == 0 && n.count <= 1 && (n.count == 0 || n.digit[0] == '0');
	const char *sign = n.negative && !zero ? "-" : "";
	if (n.decimals)
		*out = arena_printf(a, "%s%.*s.%s", sign, whole ? whole : 1, whole ? n.digit : "0", n.digit + whole);
	else
		*out = arena_printf(a, "%s%s", sign, n.count ? n.digit : "0");
	return ST_OK;
}

/* digits × 10^shift as an integer. ST_INVALID when digits would be lost, ST_LIMIT on overflow. */
static enum status scaled(const struct number *n, int shift, int64_t *out)
{
	int count = n->count;
	for (; shift < 0 && count > 0; shift++, count--)
		if (n->digit[count - 1] != '0')
			return ST_INVALID;
	int64_t v = 0;
	for (int i = 0; i < count; i++) {
		int d = n->digit[i] - '0';
		if (__builtin_mul_overflow(v, 10, &v) ||
			__builtin_sub_overflow(v, d, &v)) /* negative: one value more */
			return ST_LIMIT;
	}
	for (; shift > 0 && v != 0; shift--)
		if (__builtin_mul_overflow(v, 10, &v))
			return ST_LIMIT;
	if (!n->negative && v == INT64_MIN)
		return ST_LIMIT;
	*out = n->negative ? v : -v;
	return ST_OK;
}

enum status integer_parse(const char *s, int64_t *out, struct error *err)
{
	struct number n = {0};
	enum status st = plain_number(s, '\0', &n, err);
	if (st != ST_OK)
		return st;
	st = scaled(&n, -n.decimals, out);
	if (st == ST_INVALID)
		return error_set(err, st, _("“%.40s” is not a whole number."), s);
	return st == ST_OK ? ST_OK : not_a_number(err, st, s);
}

/* Money: signs, a currency before or behind, k and M, brackets for a negative amount. */

struct amount {
	struct number n;
	const char *code; /* what the text named, or NULL */
	int power; /* 3 for k, 6 for M */
	bool bracket;
};

/* A run that is no digit, sign, space, bracket or separator. */
static size_t word_length(const char *s)
{
	size_t n = 0;
	while (s[n] && !is_digit(s[n]) && !strchr("+-()\t", s[n]) && strncmp(s + n, "\u2212", 3) != 0 &&
		(!grouping_mark(s + n)) && !((s[n] == '.' || s[n] == ',') && is_digit(s[n + 1])))
		n++;
	return n;
}

static bool take_currency(struct amount *am, const char *s, size_t n)
{
	char word[32];
	if (n >= sizeof word || am->code)
		return false;
	memcpy(word, s, n);
	word[n] = '\0';
	am->code = money_find_currency(word);
	if (!am->code && n > 1 && word[n - 1] == '.') { /* "Sfr." */
		word[n - 1] = '\0';
		am->code = money_find_currency(word);
	}
	return am->code != NULL;
}

/* The word behind the digits: a suffix, a currency or both ("k€"). */
static bool take_suffix(struct amount *am, const char *s, size_t n)
{
	if (take_currency(am, s, n))
		return true;
	if (am->power || !strchr("kKmM", *s))
		return false;
	am->power = *s == 'k' || *s == 'K' ? 3 : 6;
	return n == 1 || take_currency(am, s + 1, n - 1);
}

static enum status scan_amount(const char *s, char known, struct amount *am)
{
	bool digits = false, closed = false, signed_ = false;
	for (;;) {
		skip_marks(&s);
		if (!*s)
			break;
		size_t word;
		if (!signed_ && !am->bracket && is_minus(&s)) { /* also behind the digits, as SAP writes it */
			am->n.negative = signed_ = true;
		} else if (!signed_ && !am->bracket && !digits && *s == '+') {
			signed_ = true;
			s++;
		} else if (*s == '(' && !digits && !am->bracket && !signed_) {
			am->bracket = am->n.negative = true;
			s++;
		} else if (*s == ')' && am->bracket && digits && !closed) {
			closed = true;
			s++;
		} else if (!digits && (is_digit(*s) || ((*s == '.' || *s == ',') && is_digit(s[1])))) {
			enum status st = scan_number(&s, known, &am->n);
			if (st != ST_OK)
				return st;
			digits = true;
		} else if ((word = word_length(s)) > 0) {
			if (!(digits ? take_suffix(am, s, word) : take_currency(am, s, word)))
				return ST_INVALID;
			s += word;
		} else {
			return ST_INVALID;
		}
	}
	return digits && am->bracket == closed ? ST_OK : ST_INVALID;
}

enum status money_parse(
	const char *s, const char *currency, char decimal, int64_t *minor, char currency_out[4], struct error *err)
{
	struct amount am = {0};
	enum status st = scan_amount(s, decimal, &am);
	if (st == ST_INVALID)
		return error_set(err, st, _("“%.40s” is not an amount."), s);
	if (st != ST_OK)
		return not_a_number(err, st, s);
	const char *code = am.code ? am.code : currency;
	int digits = money_digits(code);
	if (digits < 0)
		return error_set(err, ST_INVALID, _("“%.10s” is not a currency."), code);
	int64_t value;
	st = scaled(&am.n, digits + am.power - am.n.decimals, &value);
	if (st == ST_INVALID)
		return error_set(err, st, _("“%.40s” has more decimals than %s has."), s, code);
	if (st != ST_OK)
		return not_a_number(err, st, s);
	*minor = value;
	if (am.code && currency_out)
		memcpy(currency_out, am.code, 4);
	return ST_OK;
}
