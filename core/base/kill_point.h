/* Named places where the tests end a program as kill -9 would: between a commit and what follows it, between sending and recording.
 *
 * In the program it is an empty function. build/simplix-kill, which only the tests run, has that of tests/kill/kill_point.c instead. */
#ifndef CORE_BASE_KILL_POINT_H
#define CORE_BASE_KILL_POINT_H

void kill_point(const char *name);

#endif
