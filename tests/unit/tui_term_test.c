/* What a terminal does besides cells: clipboard, editor, other programs, private files. */
#include "core/base/mem.h"
#include "tests/unit/test.h"
#include "tui/term/clip.h"
#include "tui/term/editor.h"
#include "tui/term/memory.h"
#include "tui/term/runtime.h"
#include "tui/term/spawn.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

TEST(clip_sequence_is_base64_alone)
{
	static const struct {
		const char *text, *sequence;
	} cases[] = {{"", "\033]52;c;\a"}, {"a", "\033]52;c;YQ==\a"}, {"ab", "\033]52;c;YWI=\a"}, {"abc", "\033]52;c;YWJj\a"},
		{"\033]52;?\a\xff", "\033]52;c;G101Mjs/B/8=\a"}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf b = {0};
		clip_sequence(&b, cases[i].text, strlen(cases[i].text));
		CHECK_STR(buf_str(&b), cases[i].sequence);
		buf_free(&b);
	}
}

static void private_runtime_dir(char *out, size_t size)
{
	(void)snprintf(out, size, "%s/run", test_dir());
	CHECK_INT(mkdir(out, 0700), 0);
	CHECK_INT(setenv("XDG_RUNTIME_DIR", out, 1), 0);
}

TEST(copying_keeps_a_private_file_too)
{
	char dir[512], path[600];
	struct stat st;
	struct error err = {0};
	private_runtime_dir(dir, sizeof dir);
	struct term *t = memory_open(5, 40);
	MUST(term_copy(t, "secret words", 12, &err));
	CHECK_STR(memory_copied(t), "secret words");
	(void)snprintf(path, sizeof path, "%s/simplix/clip", dir);
	CHECK(stat(path, &st) == 0 && (st.st_mode & 0777) == 0600 && st.st_size == 12);
	char *large = mem_zalloc(TERM_COPY_MAX + 2);
	memset(large, 'x', TERM_COPY_MAX + 1);
	CHECK(term_copy(t, large, TERM_COPY_MAX + 1, &err) == ST_LIMIT);
	CHECK_STR(memory_copied(t), "secret words");
	free(large);
	/* A folder that others may enter, or a link, is not used. */
	(void)chmod(dir, 0755);
	CHECK(runtime_home() == NULL);
	(void)chmod(dir, 0700);
	(void)snprintf(path, sizeof path, "%s/link", test_dir());
	CHECK_INT(symlink(dir, path), 0);
	CHECK_INT(setenv("XDG_RUNTIME_DIR", path, 1), 0);
	CHECK(runtime_home() == NULL);
	unsetenv("XDG_RUNTIME_DIR");
	term_close(&t);
}

struct seen {
	char path[512];
	unsigned file_mode, dir_mode;
	int code;
	const char *write;
};

/* Notes the modes, writes, and leaves a swap file and a folder behind, as editors do. */
static int fake_editor(void *arg, char *const argv[])
{
	struct seen *s = arg;
	struct stat st;
	int last = 0;
	while (argv[last + 1])
		last++;
	(void)snprintf(s->path, sizeof s->path, "%s", argv[last]);
	s->file_mode = stat(s->path, &st) == 0 ? st.st_mode & 0777 : 0;
	char swap[540];
	(void)snprintf(swap, sizeof swap, "%s.swp", s->path);
	close(open(swap, O_CREAT | O_WRONLY, 0600));
	(void)snprintf(swap, sizeof swap, "%s.d", s->path);
	(void)mkdir(swap, 0700);
	int fd = open(s->path, O_WRONLY | (s->write ? O_TRUNC : 0));
	if (s->write && write(fd, s->write, strlen(s->write)) < 0)
		return 1;
	close(fd);
	*strrchr(s->path, '/') = '\0';
	s->dir_mode = stat(s->path, &st) == 0 ? st.st_mode & 0777 : 0;
	return s->code;
}

TEST(editor_sec18_leaves_nothing_behind)
{
	char dir[512];
	struct seen s = {.write = "new text\n"};
	struct term *t = memory_open(5, 40);
	struct buf out = {0};
	struct error err = {0};
	struct stat st;
	bool changed = false;
	private_runtime_dir(dir, sizeof dir);
	memory_on_run(t, fake_editor, &s);
	MUST(editor_edit(t, "note.md", "old text", &out, &changed, &err));
	CHECK(changed);
	CHECK_STR(buf_str(&out), "new text");
	CHECK_INT(s.file_mode, 0600);
	CHECK_INT(s.dir_mode, 0700);
	CHECK(strncmp(s.path, dir, strlen(dir)) == 0);
	CHECK(stat(s.path, &st) < 0);
	/* Not touched: not changed. */
	s.write = NULL;
	MUST(editor_edit(t, "note.md", "old text", &out, &changed, &err));
	CHECK(!changed);
	/* The editor failed: nothing may be saved. */
	s.code = 3;
	s.write = "half";
	CHECK(editor_edit(t, "note.md", "old text", &out, &changed, &err) == ST_CANCELLED);
	s.code = 0;
	s.write = "\xff\xfe";
	CHECK(editor_edit(t, "note.md", "old text", &out, &changed, &err) == ST_INVALID);
	CHECK(stat(s.path, &st) < 0);
	memory_on_run(t, NULL, NULL);
	CHECK(editor_edit(t, "note.md", "x", &out, &changed, &err) == ST_NOT_FOUND && err.hint[0]);
	/* Without a runtime folder it is a private one in TMPDIR. */
	unsetenv("XDG_RUNTIME_DIR");
	memory_on_run(t, fake_editor, &s);
	s.write = "x";
	MUST(editor_edit(t, "note.md", "old", &out, &changed, &err));
	CHECK(s.dir_mode == 0700 && stat(s.path, &st) < 0);
	buf_free(&out);
	term_close(&t);
}

TEST(spawned_programs_see_no_secrets)
{
	static const char *const private_env[] = {"SIMPLIX_", "STRIPE_", NULL};
	char *check[] = {"sh", "-c", "test -z \"$STRIPE_SECRET_KEY$SIMPLIX_X\" && test \"$PLAIN\" = 1", NULL};
	char *fails[] = {"sh", "-c", "exit 7", NULL}, *killed[] = {"sh", "-c", "kill -9 $$", NULL};
	char *none[] = {"no-such-program-here", NULL};
	int code = -1;
	struct error err = {0};
	setenv("STRIPE_SECRET_KEY", "sk", 1);
	setenv("SIMPLIX_X", "1", 1);
	setenv("PLAIN", "1", 1);
	MUST(spawn_wait(check, private_env, &code, &err));
	CHECK_INT(code, 0);
	MUST(spawn_wait(fails, NULL, &code, &err));
	CHECK_INT(code, 7);
	MUST(spawn_wait(killed, NULL, &code, &err));
	CHECK_INT(code, 128 + 9);
	CHECK(spawn_wait(none, NULL, &code, &err) == ST_NOT_FOUND);
	unsetenv("STRIPE_SECRET_KEY");
	unsetenv("SIMPLIX_X");
	unsetenv("PLAIN");
}
