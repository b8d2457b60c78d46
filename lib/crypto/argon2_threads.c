/* SPDX-License-Identifier: Apache-2.0 */
/* How many threads there are for Argon2. */
#include "crypto/argon2_resources.h"

#include <pthread.h>

#define THREADS_MAX 64

static void *stay(void *go)
{
	(void)pthread_mutex_lock(go);
	(void)pthread_mutex_unlock(go);
	return NULL;
}

/*
 * Tries it, because libargon2 (before 2019) does not wait for the threads that
 * run when it cannot start another: they would go on in memory that is gone.
 * 20 us each, next to a derivation of 100 ms.
 */
unsigned int wk_argon2_threads(unsigned int want)
{
	pthread_mutex_t go = PTHREAD_MUTEX_INITIALIZER;
	pthread_t ids[THREADS_MAX];
	unsigned int n = 0;

	if (want > THREADS_MAX)
		want = THREADS_MAX;
	if (want <= 1)
		return 1;
	(void)pthread_mutex_lock(&go);
	while (n < want && !pthread_create(&ids[n], NULL, stay, &go))
		n++;
	(void)pthread_mutex_unlock(&go);
	for (unsigned int i = 0; i < n; i++)
		(void)pthread_join(ids[i], NULL);
	return n ? n : 1;
}
