#include "runtime/server/namespaces.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/hash.h"
#include "base/uuid.h"
#include "runtime/history/namespaces.h"
#include "runtime/protocol/errors.h"
#include "runtime/server/archive.h"
#include "runtime/server/commands.h"

namespace groundhog::server {
namespace {

constexpr Duration kShortestRetention = std::chrono::hours(1);  // SEMANTICS g
constexpr Duration kLongestRetention = std::chrono::hours(24 * 365 * 100);
constexpr std::int32_t kNamespacesInPage = 100;  // unless another number is asked for

std::string IdOf(std::string_view name) {
  const std::uint64_t hash = HashText(name);
  return UuidText(hash, CombineHash(hash, HashText("namespace")));
}

absl::Status CheckRetention(Duration retention) {
  if (retention >= kShortestRetention) return absl::OkStatus();
  return absl::InvalidArgumentError("A valid retention period is not set on request.");
}

absl::Status CheckNamespace(const std::string& name) {
  if (name.empty()) return absl::InvalidArgumentError("Namespace not set on request.");
  if (name.size() <= kLongestName) return absl::OkStatus();
  return absl::InvalidArgumentError("Namespace length exceeds limit.");
}

// All of them, "default" first.
std::vector<protocol::DescribeNamespaceResponse> All(const Durable& durable) {
  std::vector<protocol::DescribeNamespaceResponse> all(1);
  all.front().namespace_info.name = history::kDefaultNamespace;
  all.front().namespace_info.id = IdOf(history::kDefaultNamespace);
  for (const NamespaceRecord& record : durable.namespaces()) {
    if (record.runs == nullptr) {
      all.front() = *record.told;
    } else {
      all.push_back(*record.told);
    }
  }
  return all;
}

std::optional<protocol::DescribeNamespaceResponse> FindNamespace(const Durable& durable,
                                                                 std::string_view name,
                                                                 std::string_view id = {}) {
  for (protocol::DescribeNamespaceResponse& told : All(durable)) {
    const protocol::NamespaceInfo& info = told.namespace_info;
    if (name.empty() ? info.id == id : info.name == name) return std::move(told);
  }
  return std::nullopt;
}

}  // namespace

Namespaces::Namespaces(sim::Process& process, sim::Store<Durable>& store,
                       const ServerOptions& options)
    : process_(process),
      options_(options),
      usual_(process, store, std::string(history::kDefaultNamespace), options) {
  Open();
  usual_.Recover();
  for (const Other& other : others_) {
    if (usual_.alive()) other.engine->Recover();
  }
}

void Namespaces::Open() {
  for (const NamespaceRecord& record : usual_.durable().namespaces()) {
    const std::string& name = record.told->namespace_info.name;
    Engine* engine = Find(name);
    if (engine == nullptr) {
      others_.push_back({name, std::make_unique<Engine>(process_, *record.runs, name, options_)});
      engine = others_.back().engine.get();
    }
    // Longer ones would leave the range of time.
    engine->set_retention(
        std::min(record.told->config.workflow_execution_retention_ttl, kLongestRetention));
    engine->set_archives({.history = record.told->config.history_archival.enabled(),
                          .visibility = record.told->config.visibility_archival.enabled()});
  }
}

Engine* Namespaces::Find(std::string_view name) {
  if (name.empty() || name == history::kDefaultNamespace) return &usual_;
  const auto found = std::find_if(others_.begin(), others_.end(),
                                  [&](const Other& other) { return other.name == name; });
  return found == others_.end() ? nullptr : found->engine.get();
}

bool Namespaces::Put(const protocol::DescribeNamespaceResponse& told, sim::Reply& reply) {
  const PutNamespace write{history::MakeShared<protocol::DescribeNamespaceResponse>(told)};
  const bool written = usual_.CommitAlone(reply.label(), write);
  if (!usual_.alive()) return false;
  Open();  // perhaps it was, though that is not certain
  if (!written) usual_.Refuse(reply, protocol::ShardReloading());
  return written;
}

void Namespaces::Handle(protocol::RegisterNamespaceRequest& request, sim::Reply reply) {
  absl::Status bad = CheckNamespace(request.namespace_);
  bad.Update(CheckRetention(request.workflow_execution_retention_period));
  if (bad.ok() && FindNamespace(usual_.durable(), request.namespace_)) {
    bad = protocol::NamespaceAlreadyExists(request.namespace_);
  }
  if (!bad.ok()) return usual_.Refuse(reply, std::move(bad));
  protocol::DescribeNamespaceResponse told{
      .namespace_info = {.name = request.namespace_,
                         .description = std::move(request.description),
                         .owner_email = std::move(request.owner_email),
                         .id = IdOf(request.namespace_)},
      .config = {.workflow_execution_retention_ttl = request.workflow_execution_retention_period}};
  bad = ApplyArchival(told.config, request.history_archival, request.visibility_archival);
  if (!bad.ok()) return usual_.Refuse(reply, std::move(bad));
  if (Put(told, reply)) usual_.Answer(reply, protocol::RegisterNamespaceResponse{});
}

void Namespaces::Handle(protocol::DescribeNamespaceRequest& request, sim::Reply reply) {
  if (request.namespace_.empty() && request.id.empty()) {
    return usual_.Refuse(reply, CheckNamespace(request.namespace_));
  }
  auto told = FindNamespace(usual_.durable(), request.namespace_, request.id);
  const std::string& sought = request.namespace_.empty() ? request.id : request.namespace_;
  if (!told) return usual_.Refuse(reply, protocol::NamespaceNotFound(sought));
  usual_.Answer(reply, *std::move(told));
}

void Namespaces::Handle(protocol::UpdateNamespaceRequest& request, sim::Reply reply) {
  absl::Status bad = CheckNamespace(request.namespace_);
  auto told = FindNamespace(usual_.durable(), request.namespace_);
  if (bad.ok() && !told) bad = protocol::NamespaceNotFound(request.namespace_);
  if (request.workflow_execution_retention_ttl) {
    bad.Update(CheckRetention(*request.workflow_execution_retention_ttl));
  }
  if (bad.ok()) {
    bad = ApplyArchival(told->config, request.history_archival, request.visibility_archival);
  }
  if (!bad.ok()) return usual_.Refuse(reply, std::move(bad));
  protocol::NamespaceInfo& info = told->namespace_info;
  if (!request.description.empty()) info.description = std::move(request.description);
  if (!request.owner_email.empty()) info.owner_email = std::move(request.owner_email);
  if (request.workflow_execution_retention_ttl) {
    told->config.workflow_execution_retention_ttl = *request.workflow_execution_retention_ttl;
  }
  if (Put(*told, reply)) usual_.Answer(reply, *std::move(told));
}

void Namespaces::Handle(protocol::ListNamespacesRequest& request, sim::Reply reply) {
  std::size_t at = 0;
  const std::string& token = request.next_page_token;
  const char* end = token.data() + token.size();
  const auto parsed = std::from_chars(token.data(), end, at);
  const bool is_token = parsed.ec == std::errc() && parsed.ptr == end;
  if (!token.empty() && !is_token) {
    return usual_.Refuse(reply, absl::InvalidArgumentError("Invalid NextPageToken."));
  }
  std::vector<protocol::DescribeNamespaceResponse> all = All(usual_.durable());
  const auto size =
      static_cast<std::size_t>(request.page_size > 0 ? request.page_size : kNamespacesInPage);
  protocol::ListNamespacesResponse response;
  for (; at < all.size() && response.namespaces.size() < size; ++at) {
    response.namespaces.push_back(std::move(all[at]));
  }
  if (at < all.size()) response.next_page_token = std::to_string(at);
  usual_.Answer(reply, std::move(response));
}

}  // namespace groundhog::server
