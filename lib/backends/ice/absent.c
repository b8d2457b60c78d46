/* SPDX-License-Identifier: Apache-2.0 */
/* Stands for the ice backend in builds without it. */
#include "backend_absent.h"

WK_BACKEND_ABSENT(ice, "inline-crypto engines: hardware-wrapped keys",
		  WK_SLOT_ICE);
