#include "tests/lint/planted/leaning_header.h"
