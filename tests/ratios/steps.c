/* SPDX-License-Identifier: Apache-2.0 */
/*
 * steps PROGRAM [ARGUMENT]...: prints how many instructions this CPU executes
 * in the program from its first add_key(2) on.  By single steps, 40 us each:
 * valgrind would count those of another CPU, without SHA instructions.
 */
#include <stdbool.h>
#include <stdio.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/ptrace.h>

static bool at_add_key(pid_t child)
{
	struct ptrace_syscall_info i;

	return ptrace(PTRACE_GET_SYSCALL_INFO, child, sizeof(i), &i) > 0 &&
	       i.op == PTRACE_SYSCALL_INFO_ENTRY && i.entry.nr == SYS_add_key;
}

/* Signals are passed on, but those of tracing. */
static int signal_of(int status)
{
	int sig = WSTOPSIG(status) & 0x7f;

	return sig == SIGTRAP ? 0 : sig;
}

static long count(pid_t child)
{
	int how = PTRACE_SYSCALL, status;
	long n = 0;

	if (waitpid(child, &status, 0) != child || !WIFSTOPPED(status) ||
	    ptrace(PTRACE_SETOPTIONS, child, 0, PTRACE_O_TRACESYSGOOD))
		return -1;
	for (;;) {
		if (how == PTRACE_SYSCALL && at_add_key(child))
			how = PTRACE_SINGLESTEP;
		else if (how == PTRACE_SINGLESTEP)
			n++;
		if (ptrace(how, child, 0, signal_of(status)) ||
		    waitpid(child, &status, 0) != child)
			return -1;
		if (WIFEXITED(status))
			return WEXITSTATUS(status) ? -1 : n;
		if (!WIFSTOPPED(status))
			return -1;
	}
}

int main(int argc, char **argv)
{
	pid_t child = argc > 1 ? fork() : -1;
	long n;

	if (child == 0) {
		(void)ptrace(PTRACE_TRACEME, 0, 0, 0);
		(void)execvp(argv[1], argv + 1);
		_exit(127);
	}
	n = child > 0 ? count(child) : -1;
	if (n <= 0) {
		fprintf(stderr, "steps: no add_key to count from\n");
		return 1;
	}
	printf("%ld\n", n);
	return 0;
}
