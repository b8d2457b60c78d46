/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pairs [-ws] [-i FILE] [-n PAIRS] [-a MS] [-b MS] A... :: B...
 *
 * Runs two programs in turn and prints of their ratio A / B, pair by pair:
 * median, least and greatest; then the median milliseconds of A and of B.  CPU
 * time (user and system), or wall time with -w, from exec to exit.  -a and -b
 * are taken off each time of A and of B.  Output goes to /dev/null, input comes
 * from there or from FILE; each run has keyrings of its own, or with -s those
 * of who started this.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "keyrings.h"

#define PAIRS_MAX 10000
#define WARM_UP 2

/* What a child writes right before exec: what it took to get there. */
struct before {
	double wall, cpu; /* ms */
};
static struct before *before;

static bool wall, same_keyrings;
static const char *input = "/dev/null";
static double a_ms[PAIRS_MAX], b_ms[PAIRS_MAX], ratio[PAIRS_MAX];

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static double cpu(const struct rusage *u)
{
	return (double)(u->ru_utime.tv_sec + u->ru_stime.tv_sec) * 1e3 +
	       (double)(u->ru_utime.tv_usec + u->ru_stime.tv_usec) / 1e3;
}

static void become(char **argv)
{
	int in = open(input, O_RDONLY), null = open("/dev/null", O_WRONLY);
	struct rusage u;

	if ((!same_keyrings && !keyrings_new()) || dup2(in, 0) < 0 ||
	    dup2(null, 1) < 0)
		_exit(125);
	(void)close(in);
	(void)close(null);
	getrusage(RUSAGE_SELF, &u);
	before->cpu = cpu(&u);
	before->wall = now();
	(void)execvp(argv[0], argv);
	perror(argv[0]);
	_exit(127);
}

/* Milliseconds; a run that fails ends it all. */
static double run(char **argv)
{
	pid_t child = fork();
	struct rusage u;
	double end;
	int status;

	if (child == 0)
		become(argv);
	if (child < 0 || wait4(child, &status, 0, &u) != child || status) {
		fprintf(stderr, "pairs: '%s' failed\n", argv[0]);
		exit(1);
	}
	end = now();
	return wall ? end - before->wall : cpu(&u) - before->cpu;
}

static int compare(const void *x, const void *y)
{
	const double *a = x, *b = y;

	return (*a > *b) - (*a < *b);
}

static double median(double *v, int n)
{
	qsort(v, (size_t)n, sizeof(*v), compare);
	return n % 2 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
}

static void measure(char **a, char **b, int n, double a_off, double b_off)
{
	double mid;

	for (int i = -WARM_UP; i < n; i++) {
		int at = i < 0 ? 0 : i;

		a_ms[at] = run(a) - a_off;
		b_ms[at] = run(b) - b_off;
		ratio[at] = a_ms[at] / b_ms[at];
	}
	mid = median(ratio, n);
	printf("%.4f %.4f %.4f %.3f %.3f\n", mid, ratio[0], ratio[n - 1],
	       median(a_ms, n), median(b_ms, n));
}

/* Cuts the words at "::"; returns what follows. */
static char **cut(char **words)
{
	for (; *words; words++) {
		if (strcmp(*words, "::") == 0) {
			*words = NULL;
			return words + 1;
		}
	}
	return NULL;
}

int main(int argc, char **argv)
{
	double a_off = 0, b_off = 0;
	int opt, n = 20;
	char **b;

	while ((opt = getopt(argc, argv, "+wsi:n:a:b:")) != -1) {
		if (opt == 'w')
			wall = true;
		else if (opt == 's')
			same_keyrings = true;
		else if (opt == 'i')
			input = optarg;
		else if (opt == 'n')
			n = atoi(optarg);
		else if (opt == 'a')
			a_off = atof(optarg);
		else if (opt == 'b')
			b_off = atof(optarg);
		else
			return 2;
	}
	b = cut(argv + optind);
	before = mmap(NULL, sizeof(*before), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (!b || !*b || !argv[optind] || n < 1 || n > PAIRS_MAX ||
	    before == MAP_FAILED) {
		fprintf(stderr, "usage: pairs [-ws] [-i FILE] [-n N] [-a MS] "
				"[-b MS] A... :: B...\n");
		return 2;
	}
	measure(argv + optind, b, n, a_off, b_off);
	return 0;
}
