/* SPDX-License-Identifier: Apache-2.0 */
/* Stands for the caam backend in builds without it. */
#include "backend_absent.h"

WK_BACKEND_ABSENT(caam, "kernel trusted keys: CAAM, TEE, DCP, PKWM",
		  WK_SLOT_KERNEL_KEY);
