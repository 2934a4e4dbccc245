#include "assets.h"

static const unsigned char css[] = {
#embed "files/lantern.css"
};
static const unsigned char icons[] = {
#embed "files/icons.svg"
};
static const unsigned char favicon[] = {
#embed "files/favicon.svg"
};
static const unsigned char script[] = {
#embed "files/lantern.mjs"
};
static const unsigned char early[] = {
#embed "files/theme-early.js"
};

static const unsigned char api[] = {
#embed "files/openapi.yaml"
};

static const struct {
    const char *name;
    const void *bytes;
    long size;
} assets[] = {
    {"lantern.css", css, sizeof css},       {"icons.svg", icons, sizeof icons},
    {"favicon.svg", favicon, sizeof favicon}, {"lantern.mjs", script, sizeof script},
    {"theme-early.js", early, sizeof early},  {"openapi.yaml", api, sizeof api},
};

long lantern_asset_count(void) { return sizeof assets / sizeof assets[0]; }
const char *lantern_asset_name(long place) { return assets[place].name; }
const void *lantern_asset_bytes(long place) { return assets[place].bytes; }
long lantern_asset_size(long place) { return assets[place].size; }
