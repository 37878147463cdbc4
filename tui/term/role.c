#include "tui/term/role.h"

#include <string.h>

static const struct {
	const char *name;
	char letter;
} roles[] = {
#define X(id, name, letter) {name, letter},
	ROLE_TABLE(X)
#undef X
};

const char *role_name(enum role r)
{
	return roles[r].name;
}

char role_letter(enum role r)
{
	return roles[r].letter;
}

enum role role_find(const char *name)
{
	for (int i = 0; i < ROLE_COUNT; i++)
		if (strcmp(roles[i].name, name) == 0)
			return (enum role)i;
	return ROLE_COUNT;
}
