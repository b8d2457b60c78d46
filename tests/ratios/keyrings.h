/* SPDX-License-Identifier: Apache-2.0 */
/* Keyrings that a measured program has for itself, and that go with it. */
#ifndef RATIOS_KEYRINGS_H
#define RATIOS_KEYRINGS_H

#include <stdbool.h>

/*
 * Gives this process a session keyring and, by a user namespace in which it is
 * uid 0, a user keyring of its own, both empty.  On failure says why.
 */
bool keyrings_new(void);

#endif
