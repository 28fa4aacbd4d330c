// Secrets: the certificates, keys and roots that TLS settings name, as they are now: from the control plane (SDS), and
// our own identity, whose key never leaves the process.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "decide/tls.h"
#include "proxy/secrets/notice.h"
#include "runtime/task.h"
#include "tls/context.h"
#include "xds/client/subscriber.h"

namespace weft::proxy {

// What a name stands for. `version` is another one whenever the content is.
struct Secret {
  tls::Credentials credentials;  // a certificate with its key; empty for roots
  std::string roots;             // PEM; of a source of revocation lists: these
  std::string revocation_lists;  // PEM; that came with the roots
  uint64_t version = 0;
};
using SecretPtr = std::shared_ptr<const Secret>;

// Owned by bin/; main thread. Never prints what it holds.
class Secrets final : public xds::Subscriber {
 public:
  // Brings what follows from changed secrets into force, and ends when it is.
  using Renew = std::function<runtime::Task<void>()>;
  explicit Secrets(Renew renew) : renew_(std::move(renew)) {}

  runtime::Task<std::vector<xds::Rejection>> apply(const xds::Update& update) override;

  // Told which certificates have to be replaced, whenever the control plane says so.
  using Replace = std::function<void(const Serials&)>;
  void on_replace(Replace replace) { replace_ = std::move(replace); }

  // Whose certificates nobody accepts any more. Never null; another one whenever the content is.
  const std::shared_ptr<const Serials>& revoked() const { return revoked_; }

  // Our own identity, whenever there is a new certificate for it.
  runtime::Task<void> take_own(tls::Credentials credentials);
  // When that ends; far away while there is none.
  WallTime identity_ends() const { return identity_ends_; }
  // What a source stands for now; null: it is not there. Files are read when they are asked for;
  // one that is empty is being written.
  SecretPtr find(const decide::SecretSource& source) const;
  // It is not there, and may come unasked: not so a file, nor what the control plane says it does not have.
  bool is_awaited(const decide::SecretSource& source) const;

  // By name, for the admin pages.
  const std::map<std::string, SecretPtr, std::less<>>& named() const { return named_; }

 private:
  Result<> put(const xds::Resource& resource);
  void keep(std::string_view name, Secret secret);

  Result<> take_notice(std::string_view json);

  Renew renew_;
  Replace replace_;
  std::shared_ptr<const Serials> revoked_ = std::make_shared<const Serials>();
  std::map<std::string, SecretPtr, std::less<>> named_;
  WallTime identity_ends_ = WallTime::max();
  std::set<std::string, std::less<>> absent_;  // the control plane has none of these
  uint64_t version_ = 0;
};

}  // namespace weft::proxy
