/* SPDX-License-Identifier: Apache-2.0 */
/* What a process that handles secrets does to itself first. */
#ifndef WK_CMD_PROCESS_H
#define WK_CMD_PROCESS_H

/*
 * Descriptors 0 to 2 are open, new files are the owner's only, no core dump,
 * not dumpable.  Enough for who opens no module.
 */
void wk_process_seal(void);
/*
 * All of that; and no library is told by the environment to read other
 * configuration or to log (the log of tss2 shows unsealed secrets).
 */
void wk_process_harden(void);

#endif
