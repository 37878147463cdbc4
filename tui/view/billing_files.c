/* A document as a PDF file: kept where the person says, or shown by the desktop's own program. */
#include "tui/view/billing_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/i18n.h"
#include "core/base/text.h"
#include "core/billing/billing.h"
#include "tui/term/spawn.h"
#include "tui/view/path.h"
#include "tui/widget/prompt.h"

struct file {
	struct app *app;
	struct buf bytes;
};

static void file_free(struct file *f)
{
	buf_free(&f->bytes);
	free(f);
}

/* A file that is there already is not written over. */
static enum status write_new(const char *path, const struct buf *b, struct error *err)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	FILE *f = fd >= 0 ? fdopen(fd, "w") : NULL;
	if (!f && errno == EEXIST) {
		error_set(err, ST_CONFLICT, _("%s is there already."), path);
		error_hint(err, "%s", _("Choose another name."));
		return ST_CONFLICT;
	}
	if (!f)
		return error_set(err, ST_IO, "%s: %s", path, error_system(errno));
	bool bad = fwrite(b->data, 1, b->len, f) != b->len;
	return fclose(f) == 0 && !bad ? ST_OK : error_set(err, ST_IO, "%s: %s", path, error_system(errno));
}

static enum status check_path(void *arg, const char *text, int *at, struct error *err)
{
	struct file *f = arg;
	(void)at;
	if (text_is_blank(text))
		return error_set(err, ST_INVALID, "%s", _("A name for the file, please."));
	char *path = path_expand(text);
	enum status st = write_new(path, &f->bytes, err);
	free(path);
	return st;
}

static void named(void *arg, const char *text)
{
	struct file *f = arg;
	if (text && !f->app->closing)
		ui_toast(f->app->ui, TOAST_OK, _("Saved: %s"), text);
	file_free(f);
}

/* The PDF of the record here; its name, or NULL with the reason told. */
static char *make(const struct command_call *call, struct buf *out)
{
	struct about *k = about_here(call);
	struct error err = {0};
	const char *name;
	char *copy = NULL;
	if (!k)
		return NULL;
	if (billing_pdf(k->app->core, k->r->entity, &k->r->id, k->arena, &name, out, &err) == ST_OK)
		copy = mem_strdup(name);
	else
		ui_error(call->ui, &err);
	about_free(k);
	return copy;
}

void document_save(const struct command_call *call)
{
	struct file *f = mem_zalloc(sizeof *f);
	f->app = app_of(call->ui);
	char *name = make(call, &f->bytes);
	if (!name) {
		file_free(f);
		return;
	}
	char *path = mem_printf("~/%s", name);
	(void)prompt_open(call->ui, &(struct prompt_spec){.label = _("Save as (Tab completes):"), .initial = path, .complete = path_complete, .check = check_path, .done = named, .arg = f});
	free(path);
	free(name);
}

static bool has_desktop(void)
{
	const char *x = getenv("DISPLAY"), *wayland = getenv("WAYLAND_DISPLAY");
	return (x && *x) || (wayland && *wayland);
}

/* A folder that nobody else looks into. */
static char *private_folder(void)
{
	const char *run = getenv("XDG_RUNTIME_DIR");
	char *folder = mem_printf("%s/simplix-XXXXXX", run && *run ? run : "/tmp");
	if (mkdtemp(folder))
		return folder;
	free(folder);
	return NULL;
}

/* The program that shows it goes its own way: nothing of it may write on our screen, nor do we wait for it. */
static enum status show(char *path, struct error *err)
{
	static char sh[] = "/bin/sh", c[] = "-c", script[] = "(xdg-open \"$1\" >/dev/null 2>&1 </dev/null &)";
	static const char *const private_env[] = {"SIMPLIX_", "STRIPE_", "SENDGRID_", "MAILGUN_", "AWS_", "ANTHROPIC_", "OPENAI_", "SMTP_", "DATABASE_URL", NULL};
	char *const argv[] = {sh, c, script, sh, path, NULL};
	int code;
	return spawn_wait(argv, private_env, &code, err);
}

void document_open(const struct command_call *call)
{
	struct buf bytes = {0};
	struct error err = {0};
	char *name = make(call, &bytes), *folder = name ? private_folder() : NULL, *path = folder ? mem_printf("%s/%s", folder, name) : NULL;
	if (!name) {
		buf_free(&bytes);
		return;
	}
	enum status st = path ? write_new(path, &bytes, &err) : error_set(&err, ST_IO, "%s", error_system(errno));
	bool desktop = has_desktop();
	if (st == ST_OK && desktop)
		st = show(path, &err);
	if (st != ST_OK)
		ui_error(call->ui, &err);
	else if (desktop)
		ui_toast(call->ui, TOAST_OK, _("Shown by your PDF program: %s"), name);
	else
		ui_toast(call->ui, TOAST_INFO, _("This terminal has no desktop to show it on. It is at %s; f saves it elsewhere."), path);
	buf_free(&bytes);
	free(name);
	free(folder);
	free(path);
}
