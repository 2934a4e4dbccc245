#include "CBatonSchema.h"

static const unsigned char schema[] = {
#embed "schema.binpb"
};

const unsigned char *baton_schema_bytes(void) { return schema; }
size_t baton_schema_count(void) { return sizeof schema; }
