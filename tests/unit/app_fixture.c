#include "tests/unit/app_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/crm/demo.h"

void raise_curtain(struct stage *s, enum db_engine engine, int rows, int cols, bool demo)
{
	struct error err = {0};
	(void)setenv("TZ", "Europe/Paris", 1);
	clock_freeze(NOW);
	*s = (struct stage){.config = {.mouse = true}};
	s->core = fixture_core(engine);
	if (demo)
		MUST(demo_fill(s->core, &err));
	s->term = memory_open(rows, cols);
	s->ui = ui_new(s->term);
	s->app = app_new(s->ui, s->core, &s->config);
	app_start(s->app);
	settle(s);
}

void curtain(struct stage *s)
{
	ui_set_hooks(s->ui, &(struct ui_hooks){0});
	while (ui_top(s->ui))
		ui_pop(s->ui, ui_top(s->ui));
	app_free(&s->app);
	ui_free(&s->ui);
	term_close(&s->term);
	clock_freeze(0);
}

void settle(struct stage *s)
{
	loop_settle(ui_loop(s->ui));
}

void keys(struct stage *s, const char *script)
{
	memory_keys(s->term, script);
	settle(s);
}

void type(struct stage *s, const char *text)
{
	memory_type(s->term, text);
	settle(s);
}

bool sees(struct stage *s, const char *text)
{
	char *frame = memory_text(s->term);
	bool found = strstr(frame, text) != NULL;
	if (!found)
		(void)fprintf(stderr, "%s\n", frame);
	free(frame);
	return found;
}

bool misses(struct stage *s, const char *text)
{
	char *frame = memory_text(s->term);
	bool found = strstr(frame, text) != NULL;
	free(frame);
	return !found;
}

static char *read_file(const char *path)
{
	FILE *f = fopen(path, "re");
	char buffer[65536];
	if (!f)
		return NULL;
	size_t n = fread(buffer, 1, sizeof buffer - 1, f);
	buffer[n] = '\0';
	(void)fclose(f);
	return mem_strdup(buffer);
}

void golden(struct stage *s, const char *name)
{
	char path[200];
	char *text = memory_text(s->term), *roles = memory_roles(s->term);
	char *now = mem_printf("%s\n%s", text, roles);
	(void)snprintf(path, sizeof path, "tests/screens/%s.txt", name);
	if (getenv("UPDATE_SCREENS")) {
		FILE *f = fopen(path, "we");
		if (f) {
			(void)fputs(now, f);
			(void)fclose(f);
		}
	}
	char *want = read_file(path);
	CHECK_STR(now, want ? want : "(no such golden screen)");
	free(want);
	free(now);
	free(text);
	free(roles);
}
