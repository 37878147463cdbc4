/* Lines of vCard files: see vcard_line.h.
 *
 * Three things may continue a line: white space at the start of the next one; in quoted-printable, an equals sign at
 * its end; in base64, everything up to an empty line or the next property (Outlook, and Apple of old, did not indent).
 * Line ends are LF, CR LF, CR, and CR CR LF, which some transfers make of CR LF.
 */
#include "core/crm/io/vcard_line.h"

#include "core/base/i18n.h"
#include "core/crm/io/vcard.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { PIECE = 65536 };

enum status vcard_lines_open(struct vcard_lines *l, FILE *f, struct error *err)
{
	*l = (struct vcard_lines){.f = f};
	enum status st = charset_detect(f, &l->charset, err);
	if (st != ST_OK)
		return st;
	l->piece = mem_alloc(PIECE);
	if (l->charset.charset == CHARSET_UTF16LE || l->charset.charset == CHARSET_UTF16BE) {
		l->decoder = mem_alloc(sizeof *l->decoder);
		st = decoder_open(l->decoder, f, &l->charset, err);
	} else if (fseeko(f, l->charset.bom, SEEK_SET) != 0) {
		st = error_set(err, ST_IO, _("Cannot read the file: %s."), error_system(errno));
	}
	if (st != ST_OK)
		vcard_lines_close(l);
	return st;
}

void vcard_lines_close(struct vcard_lines *l)
{
	free(l->piece);
	free(l->decoder);
	buf_free(&l->next);
	l->piece = NULL;
	l->decoder = NULL;
}

static enum status refill(struct vcard_lines *l, struct error *err)
{
	l->at = 0;
	if (l->decoder) {
		enum status st = decoder_read(l->decoder, l->piece, PIECE, &l->n, err);
		l->end = l->n == 0;
		return st;
	}
	l->n = fread(l->piece, 1, PIECE, l->f);
	if (l->n == 0 && ferror(l->f))
		return error_set(err, ST_IO, _("Cannot read the file: %s."), error_system(errno));
	l->end = l->n == 0;
	return ST_OK;
}

static enum status check_run(const struct vcard_lines *l, const char *s, size_t n, struct error *err)
{
	if (memchr(s, '\0', n))
		return error_set(
			err, ST_INVALID, _("Line %ld has a NUL character; this is not a text file."), l->read + 1);
	if (l->next.len + n >= VCARD_LINE_BYTES)
		return error_set(err, ST_LIMIT, _("Line %ld is longer than 8 MiB."), l->read + 1);
	return ST_OK;
}

/* The next character without taking it; -1 at the end. */
static enum status peek(struct vcard_lines *l, int *c, struct error *err)
{
	if (l->at == l->n && !l->end) {
		enum status st = refill(l, err);
		if (st != ST_OK)
			return st;
	}
	*c = l->end ? -1 : (unsigned char)l->piece[l->at];
	return ST_OK;
}

/* Behind a CR: take the LF, or CR LF, that belongs to it. *blank when a second CR was a line end of its own. */
static enum status finish_line_end(struct vcard_lines *l, bool *blank, struct error *err)
{
	int c;
	enum status st = peek(l, &c, err);
	l->after_cr = false;
	if (st != ST_OK || (c != '\r' && c != '\n'))
		return st;
	l->at++;
	if (c == '\n')
		return ST_OK;
	st = peek(l, &c, err);
	if (st != ST_OK)
		return st;
	if (c == '\n') {
		l->at++;
	} else {
		*blank = true;
		l->after_cr = true;
	}
	return ST_OK;
}

/* Append up to the end of the line, or of the piece. *done at a line end or at the end of the file. */
static enum status take_run(struct vcard_lines *l, bool *done, struct error *err)
{
	int c;
	enum status st = peek(l, &c, err);
	if (st != ST_OK || c < 0) {
		*done = true;
		return st;
	}
	const char *s = l->piece + l->at;
	size_t left = l->n - l->at, run = 0;
	while (run < left && s[run] != '\n' && s[run] != '\r')
		run++;
	st = check_run(l, s, run, err);
	if (st != ST_OK)
		return st;
	buf_add(&l->next, s, run);
	l->has_next = true;
	l->at += run;
	if (run < left) {
		l->after_cr = s[run] == '\r';
		l->at++;
		*done = true;
	}
	return ST_OK;
}

/* Read the physical line ahead into l->next. */
static enum status advance(struct vcard_lines *l, struct error *err)
{
	bool done = false;
	enum status st = ST_OK;
	buf_clear(&l->next);
	l->has_next = false;
	if (l->after_cr)
		st = finish_line_end(l, &done, err);
	l->has_next = done;
	while (st == ST_OK && !done)
		st = take_run(l, &done, err);
	if (l->has_next)
		l->next_line = ++l->read;
	return st;
}

static bool is_blank(const struct buf *b)
{
	for (size_t i = 0; i < b->len; i++)
		if (b->data[i] != ' ' && b->data[i] != '\t')
			return false;
	return true;
}

static bool folds(const struct buf *next)
{
	return next->len > 0 && (next->data[0] == ' ' || next->data[0] == '\t');
}

/* True when the line's head has the encoding, as a parameter (ENCODING=B) or, as in version 2.1, a bare word. */
static bool is_encoded(const struct buf *line, const char *encoding)
{
	static const char name[] = "ENCODING=";
	const char *colon = line->len ? memchr(line->data, ':', line->len) : NULL;
	size_t head = colon ? (size_t)(colon - line->data) : 0, n = strlen(encoding);
	for (size_t at = 0; at < head; at++) {
		if (line->data[at] != ';')
			continue;
		const char *word = line->data + at + 1;
		size_t left = head - at - 1;
		if (left > strlen(name) && strncasecmp(word, name, strlen(name)) == 0) {
			word += strlen(name);
			left -= strlen(name);
		}
		if (left >= n && strncasecmp(word, encoding, n) == 0 && (left == n || word[n] == ';'))
			return true;
	}
	return false;
}

static bool is_base64_text(const struct buf *b)
{
	for (size_t i = 0; i < b->len; i++) {
		char c = b->data[i];
		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
			    strchr("+/= \t", c)))
			return false;
	}
	return b->len > 0;
}

/* Append what is ahead, from `skip` on, and read on. */
static enum status absorb(struct vcard_lines *l, struct buf *out, size_t skip, struct error *err)
{
	if (out->len + l->next.len >= VCARD_LINE_BYTES)
		return error_set(
			err, ST_LIMIT, _("The property that ends in line %ld is longer than 8 MiB."), l->next_line);
	buf_add(out, l->next.data + skip, l->next.len - skip);
	return advance(l, err);
}

static enum status join_base64(struct vcard_lines *l, struct buf *out, struct error *err)
{
	while (l->has_next && !is_blank(&l->next) && (folds(&l->next) || is_base64_text(&l->next))) {
		size_t skip = strspn(l->next.data, " \t");
		enum status st = absorb(l, out, skip, err);
		if (st != ST_OK)
			return st;
	}
	return ST_OK;
}

static enum status join_quoted_printable(struct vcard_lines *l, struct buf *out, struct error *err)
{
	while (l->has_next && out->len > 0 && out->data[out->len - 1] == '=') {
		out->len--;
		enum status st = absorb(l, out, 0, err);
		if (st != ST_OK)
			return st;
	}
	return ST_OK;
}

static enum status join_folds(struct vcard_lines *l, bool old, struct buf *out, struct error *err)
{
	while (l->has_next && folds(&l->next)) {
		if (old && is_blank(&l->next))
			break;
		enum status st = absorb(l, out, old ? 0 : 1, err);
		if (st != ST_OK)
			return st;
	}
	return ST_OK;
}

enum status vcard_lines_next(
	struct vcard_lines *l, bool old, struct buf *out, long *line, bool *more, struct error *err)
{
	enum status st = ST_OK;
	buf_clear(out);
	if (l->read == 0)
		st = advance(l, err);
	while (st == ST_OK && l->has_next && is_blank(&l->next))
		st = advance(l, err);
	*more = st == ST_OK && l->has_next;
	if (!*more)
		return st;
	*line = l->next_line;
	st = absorb(l, out, 0, err);
	if (st == ST_OK && is_encoded(out, "QUOTED-PRINTABLE"))
		return join_quoted_printable(l, out, err);
	if (st == ST_OK && (is_encoded(out, "BASE64") || is_encoded(out, "B")))
		return join_base64(l, out, err);
	return st == ST_OK ? join_folds(l, old, out, err) : st;
}
