/* The words of a captured line, and what is told by their shape alone: tags, money, outcomes, durations, days and times. For capture*.c.
 *
 * A word that was understood is used and no longer part of the subject; one that is kept stays in the subject and is no name.
 */
#ifndef CORE_CRM_CAPTURE_WORDS_H
#define CORE_CRM_CAPTURE_WORDS_H

#include "core/crm/capture.h"

enum { CAPTURE_WORDS = 60 };

struct words {
	const char *raw[CAPTURE_WORDS];
	const char *bare[CAPTURE_WORDS];   /* without the full stop or colon at its end */
	const char *folded[CAPTURE_WORDS]; /* bare, small and without accents */
	bool used[CAPTURE_WORDS], kept[CAPTURE_WORDS];
	bool name[CAPTURE_WORDS]; /* of somebody whom the book does not know */
	int n;
	bool task;   /* the line says that it is one */
	bool verb;   /* it begins with what happened */
};

bool word_in(const char *word, const char *const *list, size_t n);
#define WORD_IN(word, list) word_in((word), (list), sizeof(list) / sizeof *(list))

/* Cut the line at white space, semicolons and commas that are not within a number. */
void words_split(struct arena *a, const char *line, struct words *w);
/* Words from..from+n with a blank between. */
char *words_join(struct arena *a, const struct words *w, int from, int n, bool folded);
bool words_free(const struct words *w, int from, int n);
void words_use(struct words *w, int from, int n);
bool words_begin_upper(const char *word);

void capture_find_amount(struct core *c, struct arena *a, struct words *w, struct capture *out);
void capture_find_outcome(struct words *w, struct capture *out);
/* capture_when.c: durations, when it is, what comes next. */
void capture_find_times(struct core *c, struct arena *a, struct words *w, struct capture *out);

#endif
