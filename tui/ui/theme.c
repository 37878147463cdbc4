#include "tui/ui/theme.h"

#include "core/base/i18n.h"
#include "core/base/mem.h"

#include <stdlib.h>
#include <string.h>

struct entry {
	int16_t c256, c16; /* -1: the terminal's own */
	uint8_t attrs;     /* with colours */
	uint8_t mono;      /* without */
};

#define B ATTR_BOLD
#define D ATTR_DIM
#define U ATTR_UNDERLINE
#define R ATTR_REVERSE

static const struct entry base[ROLE_COUNT] = {
	[ROLE_TEXT] = {-1, -1, 0, 0},
	[ROLE_DIM] = {243, -1, 0, D},
	[ROLE_TITLE] = {-1, -1, B, B},
	[ROLE_HEADER] = {243, -1, B, B},
	[ROLE_LABEL] = {243, -1, 0, D},
	[ROLE_RULE] = {243, -1, 0, D},
	[ROLE_SEL] = {31, 6, B, B},
	[ROLE_SEL_UNFOCUSED] = {243, -1, 0, D},
	[ROLE_MARK] = {130, 3, B, B},
	[ROLE_ACCENT] = {31, 6, B, B | U},
	[ROLE_KEY] = {31, 6, 0, B},
	[ROLE_INPUT] = {-1, -1, U, U},
	[ROLE_INPUT_SEL] = {-1, -1, R, R},
	[ROLE_DISABLED] = {243, -1, 0, D},
	[ROLE_MATCH] = {31, 6, B | U, B | U},
	[ROLE_LINK] = {32, 4, U, U},
	[ROLE_BADGE] = {-1, -1, R, R},
	[ROLE_OK] = {28, 2, 0, 0},
	[ROLE_WARN] = {130, 3, 0, B},
	[ROLE_ERROR] = {160, 1, B, B},
	[ROLE_MONEY_NEG] = {160, 1, 0, 0},
	[ROLE_OVERDUE] = {160, 1, 0, U},
	[ROLE_HOT] = {166, 3, B, B},
	[ROLE_STAGE1] = {67, 4, 0, 0},
	[ROLE_STAGE2] = {31, 6, 0, 0},
	[ROLE_STAGE3] = {29, 2, 0, 0},
	[ROLE_STAGE4] = {64, 2, B, B},
	[ROLE_STAGE5] = {130, 3, 0, 0},
	[ROLE_STAGE6] = {98, 5, 0, 0},
	[ROLE_CHART] = {31, 6, 0, 0},
	[ROLE_CHART_DIM] = {243, -1, 0, D},
	[ROLE_TOAST] = {-1, -1, B, B},
};

void theme_base(int colors, struct style out[ROLE_COUNT])
{
	for (int i = 0; i < ROLE_COUNT; i++) {
		const struct entry *e = &base[i];
		int16_t fg = colors >= 256 ? e->c256 : colors >= 8 ? e->c16 : -1;
		unsigned attrs = colors >= 8 ? e->attrs : e->mono;
		/* Grey does not exist in every 16-colour scheme (slot 8 can be the background): dim does as well. */
		if (colors >= 8 && colors < 256 && e->c256 == 243)
			attrs = e->mono;
		out[i] = (struct style){.fg = fg, .bg = -1, .attrs = (uint8_t)attrs};
	}
	if (colors >= 8) /* a scanner wants black on white, not the theme's idea of it */
		out[ROLE_QR] = (struct style){.fg = colors >= 256 ? 16 : 0, .bg = colors >= 256 ? 231 : colors >= 16 ? 15 : 7};
}

static const uint8_t rgb16[16][3] = {{0, 0, 0}, {205, 0, 0}, {0, 205, 0}, {205, 205, 0}, {0, 0, 238}, {205, 0, 205},
	{0, 205, 205}, {229, 229, 229}, {127, 127, 127}, {255, 0, 0}, {0, 255, 0}, {255, 255, 0}, {92, 92, 255},
	{255, 0, 255}, {0, 255, 255}, {255, 255, 255}};

/* xterm's palette: 16 slots, a 6x6x6 cube, 24 greys. */
static void rgb_of(int color, int rgb[3])
{
	static const int levels[] = {0, 95, 135, 175, 215, 255};
	for (int i = 0; i < 3; i++) {
		if (color < 16)
			rgb[i] = rgb16[color][i];
		else if (color < 232)
			rgb[i] = levels[(color - 16) / (i == 0 ? 36 : i == 1 ? 6 : 1) % 6];
		else
			rgb[i] = 8 + 10 * (color - 232);
	}
}

int theme_nearest16(int color)
{
	if (color < 16)
		return color;
	int want[3], best = 0, best_distance = INT32_MAX;
	rgb_of(color, want);
	for (int i = 0; i < 16; i++) {
		int distance = 0;
		for (int k = 0; k < 3; k++)
			distance += (want[k] - rgb16[i][k]) * (want[k] - rgb16[i][k]);
		if (distance < best_distance) {
			best_distance = distance;
			best = i;
		}
	}
	return best;
}

static bool parse_color(const char *word, int colors, int16_t *out)
{
	static const char *const names[] = {"black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"};
	long c = -2;
	bool bright = strncmp(word, "bright-", 7) == 0;
	if (strcmp(word, "default") == 0)
		c = -1;
	for (int i = 0; i < 8; i++)
		if (strcmp(word + (bright ? 7 : 0), names[i]) == 0)
			c = i + (bright ? 8 : 0);
	if (c == -2) {
		char *end;
		c = strtol(word, &end, 10);
		if (end == word || *end || c < 0 || c > 255)
			return false;
	}
	if (c >= 16 && colors < 256)
		c = theme_nearest16((int)c);
	if (c >= 8 && colors < 16)
		c -= 8;
	*out = (int16_t)(colors == 0 ? -1 : c);
	return true;
}

static bool parse_attribute(const char *word, uint8_t *attrs)
{
	static const struct {
		const char *name;
		uint8_t bit;
	} names[] = {{"bold", B}, {"dim", D}, {"underline", U}, {"reverse", R}, {"italic", ATTR_ITALIC}, {"none", 0}};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (strcmp(word, names[i].name) == 0) {
			*attrs |= names[i].bit;
			return true;
		}
	}
	return false;
}

static enum status parse_line(char *line, int number, int colors, struct style *styles, struct error *err)
{
	line[strcspn(line, "#\r")] = '\0';
	char *equals = strchr(line, '='), *save = NULL;
	char *name = strtok_r(line, " \t=", &save);
	if (!name)
		return ST_OK;
	enum role role = role_find(name);
	if (role == ROLE_COUNT)
		return error_set(err, ST_INVALID, _("Theme, line %d: there is no role \"%s\"."), number, name);
	if (!equals)
		return error_set(err, ST_INVALID, _("Theme, line %d: write \"%s = colour …\"."), number, name);
	struct style s = {.fg = -1, .bg = -1};
	int color = 0;
	for (char *w = strtok_r(NULL, " \t=", &save); w; w = strtok_r(NULL, " \t=", &save)) {
		int16_t c;
		if (color < 2 && parse_color(w, colors, &c)) {
			*(color == 0 ? &s.fg : &s.bg) = c;
			color++;
		} else if (!parse_attribute(w, &s.attrs)) {
			return error_set(err, ST_INVALID, _("Theme, line %d: \"%s\" is no colour and no attribute."), number, w);
		}
	}
	styles[role] = s;
	return ST_OK;
}

enum status theme_parse(const char *text, int colors, struct style out[ROLE_COUNT], struct error *err)
{
	struct style styles[ROLE_COUNT];
	memcpy(styles, out, sizeof styles);
	enum status st = ST_OK;
	int number = 1;
	for (const char *at = text; *at && st == ST_OK; number++) {
		size_t n = strcspn(at, "\n");
		char *line = mem_strndup(at, n);
		st = parse_line(line, number, colors, styles, err);
		free(line);
		at += n + (at[n] == '\n');
	}
	if (st == ST_OK)
		memcpy(out, styles, sizeof styles);
	return st;
}
