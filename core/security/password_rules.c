/* May this password be chosen? See password.h.
 *
 * No rules of composition and no change by the calendar (NIST SP 800-63B): what counts is that a guesser's program does
 * not come by the password early. Such a program goes through lists of passwords in use, the same with digits and signs
 * around them, walks along the keyboard, repetitions, and what is known of the person. All of it is looked at in folded
 * text, so capitals and accents hide nothing. A sentence that contains a common word stays free.
 */
#include "core/security/password.h"

#include "core/base/assets.h"
#include "core/base/crypto.h"
#include "core/base/i18n.h"
#include "core/base/text.h"
#include "core/security/policy.h"

#include <stdlib.h>
#include <string.h>

enum { SHORTEST_WORD = 4, SHORTEST_OWN_WORD = 3, SHORTEST_RUN = 3 };

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c & 0x80);
}

/* The list of common ones: assets/embed/passwords, a word a line, sorted by bytes. */

static size_t line_start(const char *list, size_t at)
{
	while (at > 0 && list[at - 1] != '\n')
		at--;
	return at;
}

static int compare(const char *s, size_t n, const char *line, size_t line_n)
{
	int order = memcmp(s, line, n < line_n ? n : line_n);
	return order ? order : (n > line_n) - (n < line_n);
}

static bool is_listed(const char *s, size_t n)
{
	const struct asset *asset = asset_find("passwords");
	if (!asset)
		abort(); /* the binary was put together wrongly */
	const char *list = (const char *)asset->data;
	size_t low = 0, high = asset->size;
	while (low < high) {
		size_t at = line_start(list, low + (high - low) / 2);
		const char *end = memchr(list + at, '\n', asset->size - at);
		size_t line_n = end ? (size_t)(end - (list + at)) : asset->size - at;
		int order = compare(s, n, list + at, line_n);
		if (order == 0)
			return true;
		if (order < 0)
			high = at;
		else
			low = at + line_n + 1;
	}
	return false;
}

/* Where the letters begin and end; both 0 when there are none. */
static void letters_of(const char *s, size_t n, size_t *first, size_t *end)
{
	*first = 0;
	*end = n;
	while (*end > 0 && !is_letter(s[*end - 1]))
		(*end)--;
	while (*first < *end && !is_letter(s[*first]))
		(*first)++;
}

/* A word of the list, by itself or with digits and signs on either side. */
static bool is_common(const char *s, size_t n)
{
	if (is_listed(s, n))
		return true;
	size_t first, end;
	letters_of(s, n, &first, &end);
	if (end == 0)
		return false;
	for (size_t from = 0; from <= first; from++)
		for (size_t to = n; to >= end; to--)
			if (to - from >= SHORTEST_WORD && is_listed(s + from, to - from))
				return true;
	return false;
}

/* Repetitions */

static size_t period_of(const char *s, size_t n)
{
	size_t p = 1;
	while (p < n && memcmp(s, s + p, n - p) != 0)
		p++;
	return p;
}

static bool repeats(const char *s, size_t n)
{
	size_t p = period_of(s, n);
	return n > 1 && (p * 3 <= n || (p * 2 <= n && is_common(s, p)));
}

static bool is_repetition(const char *s, size_t n)
{
	bool seen[256] = {false};
	int different = 0;
	for (size_t i = 0; i < n; i++) {
		different += !seen[(unsigned char)s[i]];
		seen[(unsigned char)s[i]] = true;
	}
	size_t first, end;
	letters_of(s, n, &first, &end);
	return different <= 4 || repeats(s, n) || ((end - first) * 2 >= n && repeats(s + first, end - first));
}

/* Walks: along the alphabet, the digits, or the keys of an English, French or German keyboard, either way, or on one
 * key. */

static const char *const walks[] = {"abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm",
	"azertyuiop", "qsdfghjklm", "wxcvbn", "qwertzuiop", "yxcvbnm", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
	"1aqw2zsx3edc4rfv5tgb6yhn7uj8ik9ol0pm"};

static bool is_step(const char *walk, char from, char to)
{
	for (const char *p = walk; p[1]; p++)
		if (p[0] == from && p[1] == to)
			return true;
	return false;
}

/* How many letters from s on lie on one walk. */
static size_t walk_length(const char *s, size_t n)
{
	size_t best = 1, same = 1;
	while (same < n && s[same] == s[0])
		same++;
	best = same;
	for (size_t w = 0; w < sizeof walks / sizeof *walks; w++) {
		size_t forth = 1, back = 1;
		while (forth < n && is_step(walks[w], s[forth - 1], s[forth]))
			forth++;
		while (back < n && is_step(walks[w], s[back], s[back - 1]))
			back++;
		best = forth > best ? forth : best;
		best = back > best ? back : best;
	}
	return best;
}

/* A guesser chooses where a walk starts and ends: it counts for two letters. More than half must remain. */
static bool is_walk(const char *s, size_t n)
{
	size_t counted = 0;
	for (size_t i = 0; i < n;) {
		size_t run = walk_length(s + i, n - i);
		counted += run >= SHORTEST_RUN ? 2 : run;
		i += run;
	}
	return counted * 2 <= n;
}

/* What others know of the person */

static void cover(const char *s, size_t n, const char *word, size_t word_n, bool *covered)
{
	if (word_n < SHORTEST_OWN_WORD)
		return;
	for (size_t i = 0; i + word_n <= n; i++)
		if (memcmp(s + i, word, word_n) == 0)
			memset(covered + i, true, word_n);
}

static void cover_words(const char *s, size_t n, const char *text, bool *covered)
{
	char *given = mem_strndup(text, strcspn(text, "@"));
	struct buf tokens = {0};
	text_tokens_to(&tokens, given);
	for (const char *t = buf_str(&tokens); *t;) {
		size_t len = strcspn(t, " ");
		cover(s, n, t, len, covered);
		t += len + (t[len] == ' ');
	}
	buf_free(&tokens);
	free(given);
}

/* Words that are known make up most of it, or all but digits and signs. */
static bool is_known(const char *s, size_t n, const char *const *words)
{
	bool *covered = mem_array(n, sizeof *covered);
	cover_words(s, n, "simplix", covered);
	for (size_t i = 0; words && words[i]; i++)
		cover_words(s, n, words[i], covered);
	size_t known = 0, other_letters = 0;
	for (size_t i = 0; i < n; i++) {
		known += covered[i];
		other_letters += !covered[i] && is_letter(s[i]);
	}
	free(covered);
	return known > 0 && (known * 2 > n || other_letters == 0);
}

static enum status refuse(struct error *err, const char *message, const char *hint)
{
	error_field(err, ST_INVALID, "password", "%s", message);
	error_hint(err, "%s", hint);
	return ST_INVALID;
}

static enum status check_length(const char *password, bool two_factor, struct error *err)
{
	int n = password_length(password), min = two_factor ? PASSWORD_MIN_2FA : PASSWORD_MIN;
	if (n < 0)
		return refuse(err, _("The password is not valid text (UTF-8)."), _("Type it again."));
	if (n < min) {
		error_field(err, ST_INVALID, "password", _("A password takes at least %d characters."), min);
		error_hint(
			err, _("Four or five words that have nothing to do with each other are easy to keep in mind."));
		return ST_INVALID;
	}
	if (n > PASSWORD_MAX) {
		error_field(err, ST_INVALID, "password", _("A password takes at most %d characters."), PASSWORD_MAX);
		error_hint(err, _("Choose a shorter one: nothing of it is cut off silently."));
		return ST_INVALID;
	}
	return ST_OK;
}

static enum status check_folded(const char *s, size_t n, const char *const *words, struct error *err)
{
	if (is_repetition(s, n) || is_walk(s, n))
		return refuse(err,
			_("This password repeats itself, or follows the alphabet, the digits or the keyboard."),
			_("Take four or five words that have nothing to do with each other."));
	if (is_listed(s, n))
		return refuse(err, _("This password is one of the most common ones; those are tried first."),
			_("Take four or five words that have nothing to do with each other."));
	if (is_common(s, n))
		return refuse(err, _("This is a common password with digits or signs added; those are tried first."),
			_("Put more words to it, not more digits."));
	if (is_known(s, n, words))
		return refuse(err,
			_("This password is made of what others know: a name, the mail address, the company."),
			_("Take words that have nothing to do with you."));
	return ST_OK;
}

enum status password_check(const char *password, bool two_factor, const char *const *words, struct error *err)
{
	enum status st = check_length(password, two_factor, err);
	if (st != ST_OK)
		return st;
	struct buf folded = {0};
	mem_grow(&folded.data, &folded.cap, strlen(password) * 4 + 64,
		1); /* so that it seldom moves and leaves a copy behind */
	text_fold_to(&folded, password);
	st = check_folded(buf_str(&folded), folded.len, words, err);
	crypto_wipe(folded.data, folded.cap);
	buf_free(&folded);
	return st;
}
