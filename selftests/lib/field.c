// SPDX-License-Identifier: GPL-2.0-only
/*
 * field: one value of a resource's status, as 'dyad -j status' and jq would print it.
 * Linked statically: where all is emulated, jq takes half a second to start.
 *
 *   field RESOURCE POINTER	a JSON pointer (RFC 6901) from the resource on
 *
 * What is not there is null. Fails as dyad does.
 */
#include <errno.h>
#include <json-c/json.h>
#include <json-c/json_pointer.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static void die(const char *what, const char *why)
{
	fprintf(stderr, "field: %s: %s\n", what, why);
	exit(2);
}

/* Run 'dyad -j status RESOURCE'; the end of its output that is to be read, its pid. */
static int start(char *resource, pid_t *pid)
{
	char *argv[] = { "dyad", "-j", "status", resource, NULL };
	posix_spawn_file_actions_t actions;
	int ends[2], err;

	if (pipe(ends))
		die("pipe", strerror(errno));
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
	posix_spawn_file_actions_addclose(&actions, ends[0]);
	posix_spawn_file_actions_addclose(&actions, ends[1]);
	err = posix_spawnp(pid, argv[0], &actions, NULL, argv, environ);
	if (err)
		die("cannot run dyad", strerror(err));
	posix_spawn_file_actions_destroy(&actions);
	close(ends[1]);
	return ends[0];
}

static void print(struct json_object *value)
{
	const int flags = JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED |
			  JSON_C_TO_STRING_NOSLASHESCAPE;

	if (json_object_is_type(value, json_type_string))
		puts(json_object_get_string(value));
	else
		puts(json_object_to_json_string_ext(value, flags));
}

int main(int argc, char **argv)
{
	struct json_object *all, *value = NULL;
	char pointer[512];
	int fd, status;
	pid_t pid;

	if (argc != 3) {
		fprintf(stderr, "usage: field RESOURCE POINTER\n");
		return 2;
	}
	fd = start(argv[1], &pid);
	all = json_object_from_fd(fd);
	close(fd);
	if (waitpid(pid, &status, 0) < 0)
		die("wait", strerror(errno));
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		return WIFEXITED(status) ? WEXITSTATUS(status) : 2;
	if (!all)
		die("dyad's output is no JSON", json_util_get_last_err());
	snprintf(pointer, sizeof(pointer), "/resources/0%s", argv[2]);
	if (json_pointer_get(all, pointer, &value) && errno != ENOENT)
		die(pointer, strerror(errno));
	print(value);
	json_object_put(all);
	return 0;
}
