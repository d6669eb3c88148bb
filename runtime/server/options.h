// ServerOptions: what an operator of the server can set, as Temporal's dynamic configuration can.
#pragma once

#include <cstddef>

namespace groundhog::server {

struct ServerOptions {
  // So many runs of a namespace a server keeps in memory; of further ones that do nothing but wait
  // it keeps what stands in the store, as Temporal's servers do with history.cacheMaxSize. Nothing
  // that can be seen depends on it.
  std::size_t max_loaded_runs = 4096;
};

}  // namespace groundhog::server
