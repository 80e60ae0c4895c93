/* Requests, made from templates. */
#ifndef REQUESTS_H
#define REQUESTS_H

#include <stddef.h>

struct request {
    char *bytes;
    size_t length;
    /* How many items its body has, and the number of the first. */
    size_t items, first;
};

/* What requests are made of. Templates may hold
 *   @ID@        the prefix and the item's number          @HASH@  the same, in no order
 *   @CUSTOMER@  customer-NNNN, one of `customers`         @A..B@  a number from A to B
 *   @ANSWER@    the id that the request before was answered with
 * and the body's template has a line for each kind of item. */
struct recipe {
    const char *method, *path, *prefix, *bearer, *secret;
    char **lines;
    size_t line_count, customers;
    /* Items in a JSON array, from so many to so many; 0 for one that stands alone. */
    size_t batch_low, batch_high;
};

/* The lines of a template file; ends the program when there is none. */
char **read_lines(const char *path, size_t *count);

/* How many items request `number` has. */
size_t items_of(const struct recipe *recipe, size_t number);

struct request make_request(const struct recipe *recipe, size_t first, size_t items, const char *answer_id);

#endif
