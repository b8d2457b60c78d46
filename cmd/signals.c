/* SPDX-License-Identifier: Apache-2.0 */
/* Handlers do all of it themselves: what they call is async-signal-safe. */
#include "cmd/signals.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/create.h"
#include "base/num.h"
#include "base/secret.h"
#include "cmd/recovery_out.h"
#include "cmd/tty.h"

#define TELLING_MS 1000 /* for results or the message, when all is over */

static const int caught[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGALRM };

static struct {
	const char *command;
	bool json;
} state;
static volatile sig_atomic_t output_began;
/* How often signals are held, and the first that came meanwhile, or 0. */
static volatile sig_atomic_t held, waiting;

/* A message put together without stdio, which is not safe in a handler. */
struct message {
	char text[512];
	size_t len;
};

static void add(struct message *m, const char *s)
{
	size_t len = strlen(s);

	if (len > sizeof(m->text) - m->len)
		return;
	memcpy(m->text + m->len, s, len);
	m->len += len;
}

static void add_number(struct message *m, unsigned int n)
{
	char digits[WK_NUM_TEXT];

	add(m, wk_num_text(n, digits));
}

static void add_cause(struct message *m, int sig)
{
	if (sig == SIGALRM) {
		add(m, "the time limit of --timeout passed");
		return;
	}
	add(m, "interrupted by signal ");
	add_number(m, (unsigned int)sig);
}

/* The same form as cmd/out.c writes. */
static void add_object(struct message *m, int sig, unsigned int status)
{
	add(m, "{\"schema\":\"wkeyctl/");
	add(m, state.command ? state.command : "wkeyctl");
	add(m, "/1\",\"ok\":false,\"errors\":[{\"code\":\"");
	add(m, sig == SIGALRM ? "timeout.deadline" : "signal.caught");
	add(m, "\",\"exit\":");
	add_number(m, status);
	add(m, ",\"detail\":\"");
	add_cause(m, sig);
	add(m, "\"}]}\n");
}

static void add_line(struct message *m, int sig)
{
	add(m, "wkeyctl: ");
	if (state.command) {
		add(m, state.command);
		add(m, ": ");
	}
	add_cause(m, sig);
	add(m, "\n");
}

/* Not for ever: a pipe may be full, and all signals are blocked. */
static void tell(int fd, const struct message *m)
{
	struct pollfd ready = { .fd = fd, .events = POLLOUT };
	ssize_t n = 0;

	if (poll(&ready, 1, TELLING_MS) != 0)
		n = write(fd, m->text, m->len);
	(void)n;
}

static void on_fatal(int sig)
{
	unsigned int status = sig == SIGALRM ? WK_TIMEOUT :
					       128 + (unsigned int)sig;
	struct message m = { .len = 0 };

	if (held) {
		waiting = waiting ? waiting : sig;
		return;
	}
	wk_tty_restore();
	wk_create_abort_signal();
	wk_recovery_out_abort_signal();
	wk_secret_wipe_all();
	if (state.json && !output_began) {
		add_object(&m, sig, status);
		tell(1, &m);
	} else {
		add_line(&m, sig);
		tell(2, &m);
	}
	_exit((int)status);
}

void wk_signals_init(const char *command, bool json)
{
	struct sigaction sa = { .sa_handler = SIG_IGN }, old;

	state.command = command;
	state.json = json;
	/* EPIPE and EFBIG are failures that clean up and tell. */
	sigaction(SIGPIPE, &sa, NULL);
	sigaction(SIGXFSZ, &sa, NULL);
	sa.sa_handler = on_fatal;
	/* When held, it returns: what it interrupted goes on. */
	sa.sa_flags = SA_RESTART;
	/* Nothing may interrupt the cleaning, nor SIGTTOU stop it. */
	sigfillset(&sa.sa_mask);
	for (size_t i = 0; i < sizeof(caught) / sizeof(caught[0]); i++) {
		sigaction(caught[i], &sa, &old);
		/* nohup and shells in the background count on this. */
		if (old.sa_handler == SIG_IGN && caught[i] != SIGALRM)
			sigaction(caught[i], &old, NULL);
	}
}

void wk_signals_deadline(uint64_t ms)
{
	struct itimerval t = {
		.it_value = {
			.tv_sec = (time_t)(ms / 1000),
			.tv_usec = (suseconds_t)(ms % 1000 * 1000),
		},
	};
	sigset_t alarm_only;

	/* The parent may have blocked it. */
	sigemptyset(&alarm_only);
	sigaddset(&alarm_only, SIGALRM);
	sigprocmask(SIG_UNBLOCK, &alarm_only, NULL);
	setitimer(ITIMER_REAL, &t, NULL);
}

/*
 * A flag that the handler looks at, not a signal mask: a batch holds and
 * releases once per key, and a mask is two system calls.  The handler only
 * reads it, so that counting needs no atomic operation.
 */
void wk_signals_hold(void)
{
	held++;
}

/* A signal after the decrement finds the handler ready to act. */
void wk_signals_release(void)
{
	held--;
	if (!held && waiting)
		raise(waiting);
}

int wk_signals_waiting(void)
{
	return waiting;
}

enum wk_status wk_signals_fail(struct wk_err *err)
{
	if (waiting == SIGALRM)
		return wk_fail(err, WK_TIMEOUT, "timeout.deadline",
			       "the time limit of --timeout passed");
	return wk_fail(err, (enum wk_status)(128 + waiting), "signal.caught",
		       "interrupted by signal %d", (int)waiting);
}

/* Blocked from the look at waiting until ppoll(2) sleeps: none is missed. */
enum wk_status wk_signals_await(int fd, short events, struct wk_err *err)
{
	struct pollfd ready = { .fd = fd, .events = events };
	sigset_t all, before;

	if (!held)
		return WK_OK;
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &before);
	while (!waiting && ppoll(&ready, 1, NULL, &before) < 0 &&
	       errno == EINTR)
		continue;
	sigprocmask(SIG_SETMASK, &before, NULL);
	return waiting ? wk_signals_fail(err) : WK_OK;
}

void wk_signals_output_begins(void)
{
	output_began = 1;
	held = 0;
	/* The deadline ended the batch.  Its results may not wait for ever. */
	if (waiting == SIGALRM)
		wk_signals_deadline(TELLING_MS);
}
