// Secrets: all secrets that proxies may ask for: the roots, the notice about certificates, a certificate of their own,
// and for gateways the credentials of their namespace. Follows the store and tells which have changed.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "control/ca/authority.h"
#include "control/ca/issued.h"
#include "control/mesh/mesh_builder.h"
#include "control/serve/notices.h"
#include "control/serve/own_certificates.h"
#include "control/serve/secret_source.h"
#include "control/store/store.h"
#include "runtime/reactor.h"

namespace weft::control {

// Control thread. Owned by the configuration server; start(), and close() before its destruction. Its
// parts outlive it.
class Secrets final : public SecretSource {
 public:
  // Told that secrets of this name may be others: of one pod, or of everybody who asked for it.
  using Changed = std::function<void(std::string_view name, const PodIdentity* pod)>;

  // What secrets are made of; none is null, and all outlive them.
  struct Parts {
    runtime::Reactor* reactor;
    Store* store;
    const mesh::MeshBuilder* mesh;
    Authority* authority;
    IssuedCertificates* issued;
    CertificateService* service;
  };
  Secrets(Parts parts, Changed changed);
  ~Secrets() override { *alive_ = false; }

  void start();
  runtime::Task<void> close();

  xds::ResourcePtr find(const PodIdentity& pod, std::string_view name) const override;
  void expect(const PodIdentity& pod, std::string_view name) override;
  // The version of the roots as they are now: pushed, if a change of theirs was not yet.
  const std::string& roots_version();
  // The pod has no stream any more.
  void forget(const PodIdentity& pod) { own_.forget(pod); }

 private:
  void take_note();
  void follow();
  void note(const Key& key);
  bool may_have_credential(const PodIdentity& pod, std::string_view name) const;
  void refresh_bundle();
  void refresh_notices();

  Parts parts_;
  Changed changed_;
  OwnCertificates own_;
  xds::ResourcePtr bundle_;
  Notices notices_;
  Subscription subscription_;
  Revision seen_;
  bool noted_ = false;
  bool is_bundle_stale_ = false;
  bool are_notices_stale_ = false;
  std::set<std::string> stale_credentials_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace weft::control
