#include "tui/ui/glyph.h"

static const struct {
	const char *utf8, *ascii;
} glyphs[] = {
#define X(id, utf8, ascii) {utf8, ascii},
	GLYPH_TABLE(X)
#undef X
};

const char *glyph_text(enum glyph g, bool unicode)
{
	return unicode ? glyphs[g].utf8 : glyphs[g].ascii;
}
