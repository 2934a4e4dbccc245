#ifndef LANTERN_ASSETS_H
#define LANTERN_ASSETS_H
#include <stddef.h>

/// The files that are compiled in, by their place from 0 on.
long lantern_asset_count(void);
const char *lantern_asset_name(long place);
const void *lantern_asset_bytes(long place);
long lantern_asset_size(long place);

#endif
