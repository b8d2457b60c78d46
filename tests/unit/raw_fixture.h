/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An image with a raw region, key files for it, and the system calls that reach
 * it: counted, failing and cut short on demand.  A test that links this wraps
 * pwrite64, pread64 and fdatasync.
 */
#ifndef WK_TESTS_RAW_FIXTURE_H
#define WK_TESTS_RAW_FIXTURE_H

#include "store.h"
#include "tests/unit/sample_keyfile.h"

#define IMAGE ((size_t)1 << 20)
#define REGION ((size_t)256 << 10) /* where it begins */
/* An epoch whose key file is longer than the others. */
#define LARGE 99

extern char image[64];	      /* the path */
extern char shown[80];	      /* the location */
extern struct wk_location at; /* the same */
extern struct wk_err err;
extern struct wk_raw_view view; /* of look() */
extern char note[WK_NOTE_MAX];	/* of the last read */
extern const uint8_t zeros[WK_RAW_COPY_BYTES];

/* --- the system calls --------------------------------------------------------- */

struct raw_calls {
	size_t count; /* of writes */
	size_t offset[16];
	size_t syncs, reads;
};
extern struct raw_calls calls;

struct raw_fault {
	size_t number; /* of the call that is hit, from 1; 0: none */
	int e;	       /* its errno */
	bool stays;    /* and of all after it */
};
extern struct raw_fault write_fault, sync_fault, read_fault;
/* The write with this number writes so many bytes, and the process ends. */
extern size_t cut_number, cut_bytes;
#define CUT_STATUS 77
/* Bytes of the image that no read reaches, and that keep what they have. */
extern size_t bad_from, bad_to, worn_from, worn_to;
extern bool bad_heals; /* a disk puts another block there once it is written to */

void forget_calls(void);

/* --- the image ------------------------------------------------------------------ */

int make_dir(void **state);
int remove_dir(void **state);
int reset(void **state); /* setup of a test */

void new_image(uint8_t fill);
/* Whether bytes from to to - 1 have that value. */
bool all(size_t from, size_t to, uint8_t value);
void poke(size_t offset, const void *p, size_t len);
void poke_number(size_t offset, uint64_t v, size_t bytes);
void flip(size_t offset); /* one bit */
/* What unchanged() compares with. */
void save(void);
bool unchanged(void);

/* A header whose CRC is right. */
void set_version(int copy, uint32_t version);
void set_sequence(int copy, uint64_t sequence);
void put_copy(int copy, struct wk_span der, uint64_t sequence);
void swap_copies(void);

/* --- the store ------------------------------------------------------------------ */

extern enum wk_status proof; /* what proving says */
extern unsigned int proofs;  /* how often it was asked */

/* A key file of that epoch; valid until the next test. */
struct wk_span keyfile(unsigned int epoch);
enum wk_status create(unsigned int epoch, bool force);
enum wk_status create_at(const char *location, unsigned int epoch, bool force);
enum wk_status change(unsigned int epoch);
enum wk_status repair(int *ret_copy);
void look(void);
void unlook(void);
/* Reads it as every command does. */
void assert_epoch(unsigned int epoch);

#endif
