/* The shapes of single values: see column_shape.h and columns.h. */
#include "core/crm/io/column_shape.h"

#include "core/base/money.h"
#include "core/base/text.h"
#include "core/crm/io/columns.h"

#include <string.h>
#include <strings.h>

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool column_is_blank(const char *s)
{
	static const char *const nothing[] = {"n/a", "na", "#n/a", "null", "nil", "none", "(none)", "-", "--", "\u2013",
		"\u2014", "?", "n.a.", "nan", "[null]", "(blank)", "undefined"};
	size_t n = strlen(s);
	if (n > 16 && *s > ' ')
		return false;
	if (text_is_blank(s))
		return true;
	n -= strspn(s, " ");
	s += strspn(s, " ");
	while (n > 0 && s[n - 1] == ' ')
		n--;
	for (size_t i = 0; i < sizeof nothing / sizeof *nothing; i++)
		if (strlen(nothing[i]) == n && strncasecmp(nothing[i], s, n) == 0)
			return true;
	return false;
}

static bool label_char(char c)
{
	return is_letter(c) || is_digit(c) || c == '-' || (unsigned char)c >= 0x80;
}

/* A host name with a top-level domain; returns its length, 0 when there is none at s. */
static size_t host_length(const char *s)
{
	size_t n = 0, label = 0, dots = 0, last = 0;
	for (; label_char(s[n]) || s[n] == '.'; n++) {
		if (s[n] == '.') {
			if (label == 0)
				return 0;
			dots++;
			last = n + 1;
			label = 0;
		} else {
			label++;
		}
	}
	if (dots == 0 || label < 2)
		return 0;
	for (size_t i = last; i < n; i++)
		if (is_digit(s[i]) && strncmp(s + last, "xn--", 4) != 0)
			return 0;
	return n;
}

static bool is_address(const char *s, size_t n)
{
	const char *at = memchr(s, '@', n);
	if (!at || at == s || n > 254)
		return false;
	for (const char *p = s; p < at; p++)
		if ((unsigned char)*p <= ' ' || strchr("\"(),:;<>[]\\", *p))
			return false;
	return at + 1 + host_length(at + 1) == s + n;
}

bool column_is_email(const char *s)
{
	while (*s == ' ')
		s++;
	size_t n = strlen(s);
	while (n > 0 && s[n - 1] == ' ')
		n--;
	return is_address(s, n);
}

bool emails_shape(const char *s)
{
	bool any = false;
	while (*s) {
		s += strspn(s, " ,;/:*\t\n\r");
		const char *open = strchr(s, '<'), *close = open ? strchr(open, '>') : NULL;
		if (close && (size_t)(open - s) < 80 && !memchr(s, '@', (size_t)(open - s))) {
			if (!is_address(open + 1, (size_t)(close - open - 1)))
				return false;
			any = true;
			s = close + 1;
			continue;
		}
		size_t n = strcspn(s, " ,;/\t\n\r");
		if (n == 0)
			break;
		if (!is_address(s, n))
			return false;
		any = true;
		s += n;
	}
	return any;
}

bool column_is_url(const char *s)
{
	while (*s == ' ')
		s++;
	bool scheme = strncasecmp(s, "http://", 7) == 0 || strncasecmp(s, "https://", 8) == 0;
	if (scheme)
		s += s[4] == ':' ? 7 : 8;
	size_t host = host_length(s);
	size_t n = strcspn(s, " \t\r\n");
	if (s[n + strspn(s + n, " ")] || n == 0)
		return false;
	if (scheme)
		return true;
	size_t last = host;
	while (last > 0 && s[last - 1] != '.')
		last--;
	bool lower = true, letter = false; /* "02.Medium" is no address */
	for (size_t i = 0; i < host; i++) {
		lower = lower && !(i >= last && s[i] >= 'A' && s[i] <= 'Z');
		letter = letter || (i + 1 < last && !is_digit(s[i]) && s[i] != '.');
	}
	return host > 0 && lower && letter && (host == n || strchr("/?:#", s[host]));
}

/* Three groups of a date's sizes, or an internet address's: no telephone number, valid or not. */
static bool grouped_like_date(const char *s)
{
	size_t run[4] = {0}, runs = 0;
	char sep = '\0';
	while (runs < 4 && is_digit(*s)) {
		run[runs] = strspn(s, "0123456789");
		s += run[runs++];
		if (!*s || !strchr("/.-", *s) || (sep && *s != sep))
			break;
		sep = *s++;
	}
	if (*s || runs < 3)
		return false;
	if (runs == 4)
		return sep == '.' && run[0] <= 3 && run[1] <= 3 && run[2] <= 3 && run[3] <= 3 && run[2] + run[3] < 5;
	return run[1] <= 2 && ((run[0] == 4 && run[2] <= 2) || (run[0] <= 2 && (run[2] == 2 || run[2] == 4)));
}

bool phone_shape(const char *s, bool *strong)
{
	int digits = 0;
	bool plus = false, zero = false, hyphen = false, bracket = false;
	while (*s == ' ')
		s++;
	if (grouped_like_date(s))
		return false;
	for (; *s; s++) {
		if (is_digit(*s)) {
			zero = zero || (digits == 0 && *s == '0');
			digits++;
		} else if (*s == '+' && digits == 0 && !plus) {
			plus = true;
		} else if (*s == '(' || *s == ')') {
			bracket = true;
		} else if (*s == '-' && digits > 0) {
			hyphen = true;
		} else if (strncmp(s, "\u00A0", 2) == 0) {
			s++;
		} else if (!strchr(" ./", *s)) {
			break;
		}
	}
	if (*s) { /* "x208", "ext. 12", "poste 5", "#3" */
		size_t word = strcspn(s, "0123456789");
		bool known = strncasecmp(s, "x", 1) == 0 || strncasecmp(s, "ext", 3) == 0 ||
			     strncasecmp(s, "poste", 5) == 0 || *s == '#';
		s += word;
		size_t extension = strspn(s, "0123456789");
		if (!known || word > 7 || extension == 0 || extension > 6 || s[extension])
			return false;
		hyphen = true;
	}
	*strong = plus || zero || hyphen || bracket;
	return digits >= 7 && digits <= 15;
}

bool column_is_phone(const char *s)
{
	bool strong;
	return phone_shape(s, &strong);
}

bool column_read_bool(const char *s, bool *out)
{
	static const struct {
		const char *word;
		bool value;
	} words[] = {{"true", true}, {"false", false}, {"yes", true}, {"no", false}, {"y", true}, {"n", false},
		{"t", true}, {"f", false}, {"1", true}, {"0", false}, {"on", true}, {"off", false}, {"x", true},
		{"oui", true}, {"non", false}, {"vrai", true}, {"faux", false}, {"ja", true}, {"nein", false},
		{"wahr", true}, {"falsch", false}, {"si", true}, {"sí", true}, {"sì", true}, {"verdadero", true},
		{"falso", false}, {"vero", true}, {"ano", true}, {"ne", false}, {"sim", true}, {"nao", false},
		{"não", false}, {"\u2713", true}, {"\u2714", true}, {"\u2717", false}, {"checked", true},
		{"unchecked", false}};
	while (*s == ' ')
		s++;
	size_t n = strlen(s);
	while (n > 0 && s[n - 1] == ' ')
		n--;
	for (size_t i = 0; n > 0 && n < 12 && i < sizeof words / sizeof *words; i++)
		if (strlen(words[i].word) == n && strncasecmp(words[i].word, s, n) == 0) {
			*out = words[i].value;
			return true;
		}
	return false;
}

/* Numbers */

static int space_mark(const char *s)
{
	if (*s == ' ' || *s == '\'')
		return 1;
	if (strncmp(s, "\u00A0", 2) == 0)
		return 2;
	return strncmp(s, "\u202F", 3) == 0 || strncmp(s, "\u2009", 3) == 0 || strncmp(s, "\u2019", 3) == 0 ? 3 : 0;
}

/* The digits and separators of a number, already without sign and currency. */
static bool digits_shape(const char *s, size_t n, struct number_shape *out)
{
	int points = 0, commas = 0, spaces = 0, run = 0, first_run = -1;
	char last = '\0';
	for (size_t i = 0; i < n;) {
		int mark = space_mark(s + i);
		if (is_digit(s[i])) {
			run++;
			out->digits++;
			i++;
			continue;
		}
		if (s[i] != '.' && s[i] != ',' && !mark)
			return false;
		if (first_run < 0)
			first_run = run;
		else if (run != 3 && run != 2 && (last != '.' && last != ','))
			return false;
		points += s[i] == '.';
		commas += s[i] == ',';
		spaces += mark > 0;
		if (!mark)
			last = s[i];
		else if (last)
			return false; /* a space behind the decimal point */
		run = 0;
		i += (size_t)(mark ? mark : 1);
	}
	if (out->digits == 0 || out->digits > 30)
		return false;
	out->leading_zero = s[0] == '0' && n > 1 && is_digit(s[1]);
	if (!last) /* only spaces between groups of three */
		return first_run < 0 || run == 3;
	char other = last == '.' ? ',' : '.';
	int same = last == '.' ? points : commas;
	bool both = points && commas;
	if (same > 1) {
		out->decimal = other;
		return !both && run == 3;
	}
	out->open = !both && !spaces && run == 3 && first_run >= 1 && first_run <= 3 && s[0] != '0';
	if (!out->open) {
		out->decimal = last;
		out->fraction = run > 0;
	}
	return true;
}

static void cut_ends(const char **s, size_t *n, const char *chars)
{
	while (*n > 0 && strchr(chars, **s)) {
		(*s)++;
		(*n)--;
	}
	while (*n > 0 && strchr(chars, (*s)[*n - 1]))
		(*n)--;
}

/* The length of a currency's name or sign in front (or behind, counted from the end); 0 when there is none. */
static size_t word_before(const char *s, size_t n)
{
	size_t i = 0;
	while (i < n && !is_digit(s[i]) && !strchr("+-.,(", s[i]))
		i++;
	return i;
}

static size_t word_behind(const char *s, size_t n)
{
	size_t i = 0;
	while (i < n && !is_digit(s[n - 1 - i]) && !strchr("+-.,)", s[n - 1 - i]))
		i++;
	return i;
}

static bool take_currency(const char *s, size_t n, const char **out)
{
	char word[16];
	if (*out || n == 0 || n >= sizeof word)
		return n == 0;
	memcpy(word, s, n);
	word[n] = '\0';
	if (text_is_blank(word))
		return true;
	*out = money_find_currency(word);
	return *out != NULL;
}

bool number_shape_scan(const char *s, struct number_shape *out)
{
	size_t n = strlen(s);
	if (n > 40 || !strpbrk(s, "0123456789"))
		return false;
	cut_ends(&s, &n, " \t");
	if (n > 1 && s[0] == '(' && s[n - 1] == ')') {
		s++;
		n -= 2;
	}
	if (n > 0 && s[n - 1] == '%') {
		out->percent = true;
		n--;
	}
	if (n > 0 && (*s == '-' || *s == '+')) {
		s++;
		n--;
	} else if (n > 3 && strncmp(s, "\u2212", 3) == 0) {
		s += 3;
		n -= 3;
	}
	size_t before = word_before(s, n);
	if (!take_currency(s, before, &out->currency))
		return false;
	s += before;
	n -= before;
	if (n > 0 && (*s == '-' || *s == '+')) {
		s++;
		n--;
	}
	size_t behind = word_behind(s, n);
	if (!take_currency(s + n - behind, behind, &out->currency))
		return false;
	n -= behind;
	cut_ends(&s, &n, " ");
	return n > 0 && digits_shape(s, n, out);
}
