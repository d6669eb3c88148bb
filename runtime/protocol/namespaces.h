// Namespaces: RegisterNamespace, DescribeNamespace, UpdateNamespace, ListNamespaces.
//
// Which namespace any other request is said in does not stand in the request: it goes beside it, as
// the header temporal-namespace does (sim::CallOptions::part). Without one it is "default", which
// is always there.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/history/time.h"

namespace groundhog::protocol {

enum class NamespaceState : std::uint8_t { kUnspecified, kRegistered, kDeprecated, kDeleted };

struct NamespaceInfo {
  std::string name = {};
  NamespaceState state = NamespaceState::kRegistered;
  std::string description = {};
  std::string owner_email = {};
  std::string id = {};
};
enum class ArchivalState : std::uint8_t { kUnspecified, kDisabled, kEnabled };
// Whether something is archived, and where: a name only, as all archives are the server's.
struct Archival {
  ArchivalState state = ArchivalState::kUnspecified;
  std::string uri = {};
  bool enabled() const { return state == ArchivalState::kEnabled; }
};
struct NamespaceConfig {
  // How long a closed execution is kept; 0: for ever, which only "default" has, until it is
  // updated.
  history::Duration workflow_execution_retention_ttl{0};
  Archival history_archival = {.state = ArchivalState::kDisabled};
  Archival visibility_archival = {.state = ArchivalState::kDisabled};
};

struct RegisterNamespaceResponse {};
struct RegisterNamespaceRequest {
  using Response = RegisterNamespaceResponse;
  static constexpr std::string_view kName = "RegisterNamespace";
  std::string namespace_ = {};
  std::string description = {};
  std::string owner_email = {};
  history::Duration workflow_execution_retention_period{0};  // an hour at least
  Archival history_archival = {};
  Archival visibility_archival = {};
};

struct DescribeNamespaceResponse {
  NamespaceInfo namespace_info = {};
  NamespaceConfig config = {};
};
struct DescribeNamespaceRequest {
  using Response = DescribeNamespaceResponse;
  static constexpr std::string_view kName = "DescribeNamespace";
  std::string namespace_ = {};
  std::string id = {};  // instead of the name
};

// What is not given stays as it is.
struct UpdateNamespaceRequest {
  using Response = DescribeNamespaceResponse;
  static constexpr std::string_view kName = "UpdateNamespace";
  std::string namespace_ = {};
  std::string description = {};
  std::string owner_email = {};
  // Goes for executions that are closed from now on.
  std::optional<history::Duration> workflow_execution_retention_ttl = {};
  // Likewise. A URI stays the first one.
  Archival history_archival = {};
  Archival visibility_archival = {};
};

struct ListNamespacesResponse {
  // "default", then as they were registered.
  std::vector<DescribeNamespaceResponse> namespaces = {};
  std::string next_page_token = {};
};
struct ListNamespacesRequest {
  using Response = ListNamespacesResponse;
  static constexpr std::string_view kName = "ListNamespaces";
  std::int32_t page_size = 0;  // 0: 100
  std::string next_page_token = {};
};

}  // namespace groundhog::protocol
