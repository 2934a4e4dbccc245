#ifndef CBATONSCHEMA_H
#define CBATONSCHEMA_H
#include <stddef.h>

/// The compiled schema of every message under proto/: a serialized google.protobuf.FileDescriptorSet.
const unsigned char *baton_schema_bytes(void);
size_t baton_schema_count(void);

#endif
