/* Fuzzy matching: the letters of what was typed, in order, best at the beginnings of words. */
#ifndef TUI_WIDGET_FUZZY_H
#define TUI_WIDGET_FUZZY_H

/* How well `text` matches `typed`, both folded (text_fold). 0: not at all; an empty `typed` matches all with 1. Letters in
 * a row, at word beginnings, early in the text and in a short text count more. Words typed may match in any order. */
int fuzzy_score(const char *typed, const char *text);

#endif
