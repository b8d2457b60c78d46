/* SPDX-License-Identifier: Apache-2.0 */
/* Stands for the tpm backend in builds without it. */
#include "backend_absent.h"

WK_BACKEND_ABSENT(tpm, "TPM 2.0: sealed under the storage root key",
		  WK_SLOT_TPM);
