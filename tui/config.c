#include "tui/config.h"

#include <ctype.h>
#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/i18n.h"
#include "core/base/text.h"
#include "core/security/environment.h"

enum key { KEY_DB, KEY_LANG, KEY_THEME, KEY_COLOR, KEY_KEYS, KEY_SECRET_COMMAND, KEY_ASCII, KEY_MOUSE, KEY_ESC_DELAY, KEY_COUNT };

static const char *const key_names[KEY_COUNT] = {"db", "lang", "theme", "color", "keys", "secret_command", "ascii", "mouse", "esc_delay_ms"};

static char *home_path(struct arena *a, const char *variable, const char *fallback, const char *rest)
{
	const char *base = getenv(variable), *home = getenv("HOME");
	if (base && *base == '/')
		return arena_printf(a, "%s/%s", base, rest);
	if (!home || *home != '/') {
		const struct passwd *me = getpwuid(getuid());
		home = me && me->pw_dir && *me->pw_dir == '/' ? me->pw_dir : "/"; /* never a folder that happens to be the current one */
	}
	return arena_printf(a, "%s/%s/%s", strcmp(home, "/") == 0 ? "" : home, fallback, rest);
}

char *config_state_path(struct arena *a, const char *name)
{
	return home_path(a, "XDG_STATE_HOME", ".local/state", name);
}

static bool parse_switch(const char *s, bool *out)
{
	if (!strcmp(s, "on") || !strcmp(s, "yes") || !strcmp(s, "true") || !strcmp(s, "1"))
		*out = true;
	else if (!strcmp(s, "off") || !strcmp(s, "no") || !strcmp(s, "false") || !strcmp(s, "0"))
		*out = false;
	else
		return false;
	return true;
}

static bool set_value(struct config *c, enum key key, const char *value)
{
	char *end;
	const char *copy = arena_strdup(c->arena, value);
	switch (key) {
	case KEY_DB:
		c->db = copy;
		return *copy != '\0';
	case KEY_LANG:
		c->lang = copy;
		return true;
	case KEY_THEME:
		c->theme = copy;
		return true;
	case KEY_COLOR:
		c->color = copy;
		return true;
	case KEY_KEYS:
		c->keys = copy;
		return true;
	case KEY_SECRET_COMMAND:
		c->secret_command = copy;
		return true;
	case KEY_ASCII:
		return parse_switch(copy, &c->ascii);
	case KEY_MOUSE:
		return parse_switch(copy, &c->mouse);
	case KEY_ESC_DELAY:
		c->esc_delay_ms = (int)strtol(copy, &end, 10);
		return *copy && !*end && c->esc_delay_ms >= 0 && c->esc_delay_ms <= 2000;
	case KEY_COUNT:
		break;
	}
	return false;
}

static enum status read_line(struct config *c, char *line, int number, struct error *err)
{
	char *text = text_trim(c->arena, line);
	if (!*text || *text == '#')
		return ST_OK;
	char *eq = strchr(text, '=');
	if (!eq)
		return error_set(err, ST_INVALID, _("%s, line %d: expected key = value."), c->file, number);
	*eq = '\0';
	const char *name = text_trim(c->arena, text), *value = text_trim(c->arena, eq + 1);
	for (int i = 0; i < KEY_COUNT; i++) {
		if (strcmp(key_names[i], name) != 0)
			continue;
		if (!set_value(c, (enum key)i, value))
			return error_set(err, ST_INVALID, _("%s, line %d: “%s” is no value for %s."), c->file, number, value, name);
		return ST_OK;
	}
	return error_set(err, ST_INVALID, _("%s, line %d: there is no setting “%s”."), c->file, number, name);
}

/* postgresql://user:password@host/…, or ?password=… */
static bool has_password(const char *db)
{
	const char *host = strstr(db, "://"), *at = host ? strchr(host + 3, '@') : NULL, *colon = host ? strchr(host + 3, ':') : NULL;
	return host && ((at && colon && colon < at && at - colon > 1) || strstr(db, "password="));
}

static enum status read_file(struct config *c, bool needed, struct error *err)
{
	FILE *f = fopen(c->file, "re");
	struct stat sb;
	if (!f && (errno == ENOENT || errno == ENOTDIR) && !needed)
		return ST_OK;
	if (!f)
		return error_set(err, ST_IO, _("%s cannot be read: %s."), c->file, error_system(errno));
	c->present = true;
	if (fstat(fileno(f), &sb) != 0)
		sb.st_mode = 0777;
	if (sb.st_mode & 022) {
		(void)fclose(f);
		error_set(err, ST_DENIED, _("%s can be written by others."), c->file);
		error_hint(err, _("Run: chmod go-w %s"), c->file);
		return ST_DENIED;
	}
	char line[4096];
	enum status st = ST_OK;
	for (int number = 1; st == ST_OK && fgets(line, sizeof line, f); number++)
		st = read_line(c, line, number, err);
	(void)fclose(f);
	if (st == ST_OK && (sb.st_mode & 044) && has_password(c->db)) {
		error_set(err, ST_DENIED, _("%s holds a password and can be read by others."), c->file);
		error_hint(err, _("Run: chmod 600 %s"), c->file);
		return ST_DENIED;
	}
	return st;
}

enum status config_load(const char *path, struct config *out, struct error *err)
{
	struct config c = {.arena = arena_new(), .mouse = true, .esc_delay_ms = 25};
	c.file = path ? arena_strdup(c.arena, path) : home_path(c.arena, "XDG_CONFIG_HOME", ".config", "simplix/config");
	c.db = home_path(c.arena, "XDG_DATA_HOME", ".local/share", "simplix/simplix.db");
	enum status st = read_file(&c, path != NULL, err);
	for (int i = 0; st == ST_OK && i < KEY_COUNT; i++) {
		char name[40] = "SIMPLIX_";
		size_t n = strlen(name);
		for (const char *p = key_names[i]; *p; p++)
			name[n++] = (char)toupper((unsigned char)*p);
		name[n] = '\0';
		const char *value = getenv(name);
		if (value && *value && !set_value(&c, (enum key)i, value))
			st = error_set(err, ST_INVALID, _("“%s” is no value for %s."), value, name);
	}
	if (st != ST_OK) {
		config_free(&c);
		return st;
	}
	*out = c;
	return ST_OK;
}

void config_free(struct config *c)
{
	arena_free(&c->arena);
}

int config_list(const struct config *c, const char *names[], const char *values[], int max)
{
	/* a password in the address of a server is nobody's to read over a shoulder */
	const char *all[KEY_COUNT] = {environment_mask(c->arena, environment_find("DATABASE_URL"), c->db), c->lang, c->theme, c->color, c->keys, c->secret_command, c->ascii ? "on" : "off", c->mouse ? "on" : "off",
		arena_printf(c->arena, "%d", c->esc_delay_ms)};
	int n = 0;
	for (; n < KEY_COUNT && n < max; n++) {
		names[n] = key_names[n];
		values[n] = all[n];
	}
	return n;
}
