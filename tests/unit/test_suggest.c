/* SPDX-License-Identifier: Apache-2.0 */
/* Edit distance and "did you mean". */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cmd/suggest.h"

static size_t distance(const char *a, const char *b)
{
	return wk_edit_distance(a, strlen(a), b, strlen(b));
}

static void test_distance(void **state)
{
	(void)state;
	assert_int_equal(distance("", ""), 0);
	assert_int_equal(distance("", "abc"), 3);
	assert_int_equal(distance("abc", ""), 3);
	assert_int_equal(distance("load", "load"), 0);
	assert_int_equal(distance("load", "loda"), 1);
	assert_int_equal(distance("load", "lad"), 1);
	assert_int_equal(distance("load", "loaad"), 1);
	assert_int_equal(distance("load", "lead"), 1);
	assert_int_equal(distance("kitten", "sitting"), 3);
	assert_int_equal(distance("generate", "genreate"), 1);
	/* Optimal string alignment: what was swapped is not edited again. */
	assert_int_equal(distance("ca", "abc"), 3);
}

static void test_distance_symmetric(void **state)
{
	static const char *const words[] = { "",	"a",
					     "load",	"unload",
					     "inspect", "add-to-fscrypt" };
	size_t n = sizeof(words) / sizeof(words[0]);

	(void)state;
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++)
			assert_int_equal(distance(words[i], words[j]),
					 distance(words[j], words[i]));
}

static void test_distance_long(void **state)
{
	char word[42];

	(void)state;
	memset(word, 'x', sizeof(word));
	assert_int_equal(wk_edit_distance(word, 40, word, 40), 0);
	assert_true(wk_edit_distance(word, 41, word, 40) == SIZE_MAX);
	assert_true(wk_edit_distance(word, 40, word, 41) == SIZE_MAX);
}

static const char *suggest(const char *word)
{
	static const char *const known[] = {
		"generate",	  "load",  "unload", "inspect",
		"add-to-fscrypt", "force", "help"
	};
	struct wk_suggest s = { .word = word, .len = strlen(word) };

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		wk_suggest_offer(&s, known[i]);
	return s.best;
}

static void test_suggest(void **state)
{
	(void)state;
	assert_string_equal(suggest("genrate"), "generate");
	assert_string_equal(suggest("laod"), "load");
	assert_string_equal(suggest("unlaod"), "unload");
	assert_string_equal(suggest("add-to-fscript"), "add-to-fscrypt");
	assert_string_equal(suggest("forec"), "force");
	assert_null(suggest("frobnicate"));
	assert_null(suggest(""));
	assert_null(suggest("x"));
}

static void test_abbreviation(void **state)
{
	(void)state;
	assert_string_equal(suggest("gen"), "generate");
	assert_string_equal(suggest("insp"), "inspect");
	assert_null(suggest("ge"));
}

/* What was typed need not end where its length ends. */
static void test_part_of_word(void **state)
{
	struct wk_suggest s = { .word = "forec=value", .len = 5 };

	(void)state;
	wk_suggest_offer(&s, "force");
	assert_string_equal(s.best, "force");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_distance),
		cmocka_unit_test(test_distance_symmetric),
		cmocka_unit_test(test_distance_long),
		cmocka_unit_test(test_suggest),
		cmocka_unit_test(test_abbreviation),
		cmocka_unit_test(test_part_of_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
