#include "tui/widget/fuzzy.h"

#include <stdbool.h>
#include <string.h>

#define LETTER 10
#define IN_ROW 15
#define WORD_START 20
#define TEXT_START 15
#define WHOLE_WORD 30

static bool starts_word(const char *text, const char *at)
{
	return at == text || strchr(" .-_/@:(", at[-1]) != NULL;
}

/* Letters one by one from `from`, preferring the beginning of a word to the next place. */
static int score_from(const char *word, size_t n, const char *text, const char *from)
{
	int score = 0;
	const char *at = from, *last = NULL;
	for (size_t i = 0; i < n; i++) {
		const char *hit = NULL;
		if (last && last[1] == word[i]) {
			hit = last + 1;
		} else {
			for (const char *p = at; (p = strchr(p, word[i])); p++) {
				if (!hit)
					hit = p;
				if (starts_word(text, p)) {
					hit = p;
					break;
				}
			}
			/* A far word beginning must not skip over letters that only a nearer place leaves reachable. */
			if (hit && i + 1 < n && !strchr(hit + 1, word[i + 1]))
				hit = strchr(at, word[i]);
		}
		if (!hit)
			return 0;
		score += LETTER + (last && hit == last + 1 ? IN_ROW : 0) + (starts_word(text, hit) ? WORD_START : 0);
		last = hit;
		at = hit + 1;
	}
	return score;
}

static int score_word(const char *word, size_t n, const char *text)
{
	char whole[64];
	int best = score_from(word, n, text, text);
	if (n < sizeof whole) {
		memcpy(whole, word, n);
		whole[n] = '\0';
		const char *hit = strstr(text, whole);
		while (hit && !starts_word(text, hit))
			hit = strstr(hit + 1, whole);
		if (!hit)
			hit = strstr(text, whole);
		if (hit) {
			int s = (int)n * (LETTER + IN_ROW) + (starts_word(text, hit) ? WORD_START + WHOLE_WORD : 0) +
				(hit == text ? TEXT_START : 0);
			best = s > best ? s : best;
		}
	}
	return best;
}

int fuzzy_score(const char *typed, const char *text)
{
	int total = 1;
	for (const char *w = typed + strspn(typed, " "); *w;) {
		size_t n = strcspn(w, " ");
		int s = score_word(w, n, text);
		if (s == 0)
			return 0;
		total += s;
		w += n + strspn(w + n, " ");
	}
	size_t length = strlen(text);
	return total * 4 - (int)(length < 100 ? length / 4 : 25) > 0 ? total * 4 - (int)(length < 100 ? length / 4 : 25) : 1;
}
