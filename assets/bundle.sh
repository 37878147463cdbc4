#!/bin/sh
# Print the C file that carries every asset: sh assets/bundle.sh GENERATED_FOLDER
# Names are the paths below assets/embed/, and po/CODE.mo for translations. The assembler reads the files (.incbin).
set -eu
gen=$1
echo '#include "core/base/assets.h"'
echo '#include <string.h>'
n=0
table=
list() {
	[ -d assets/embed ] && (cd assets/embed && find . -type f | LC_ALL=C sort | sed "s|^\./\(.*\)|\1 assets/embed/\1|")
	[ -d "$gen/po" ] && (cd "$gen/po" && for f in *.mo; do if [ -f "$f" ]; then echo "po/$f $gen/po/$f"; fi; done)
	return 0
}
list >"$gen/assets.list"
while read -r name path; do
	size=$(wc -c <"$path")
	printf '__asm__(".section .rodata\\n.balign 16\\nasset_%d: .incbin \\"%s\\"\\n.byte 0\\n.previous");\n' $n "$path"
	printf 'extern const unsigned char asset_%d[] __attribute__((visibility("hidden")));\n' $n
	table="$table	{\"$name\", asset_$n, $((size))},
"
	n=$((n + 1))
done <"$gen/assets.list"
cat <<END

static const struct asset assets[] = {
$table	{NULL, NULL, 0},
};

const struct asset *asset_find(const char *name)
{
	for (const struct asset *a = assets; a->name; a++)
		if (strcmp(a->name, name) == 0)
			return a;
	return NULL;
}
END
