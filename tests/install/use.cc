// A project of somebody else's: the includes are spelled as in the tree, and the library links.
#include <cstdio>

#include "base/check.h"
#include "sim/time.h"

int main(int argc, char**) {
  GH_CHECK(argc > 0, "a process has a name");
  std::puts("used");
}
