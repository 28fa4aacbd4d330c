// OwnCertificates: keys and certificates that weftd makes for proxies which can't make a key themselves: stock Envoys,
// which ask for the secret "default". A weft-proxy never does; its key does not leave it.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "base/clock.h"
#include "control/ca/pod_tokens.h"
#include "control/serve/certificate_service.h"
#include "control/serve/notices.h"
#include "runtime/gate.h"
#include "runtime/signal.h"
#include "xds/server/resource.h"

namespace weft::control {

// Control thread. Owned by the configuration server; start(), and close() before its destruction. Keys are kept in
// memory alone.
class OwnCertificates {
 public:
  // Told when a pod's certificate is there, or is another.
  using Changed = std::function<void(const PodIdentity& pod)>;

  OwnCertificates(runtime::Reactor& reactor, CertificateService& service, Changed changed)
      : reactor_(&reactor), service_(&service), changed_(std::move(changed)), woken_(reactor), gate_(reactor) {}

  // Begins to renew: each at half its life.
  void start();
  runtime::Task<void> close();

  // Makes one for this pod, if it has none, and renews it until forget().
  void want(const PodIdentity& pod);
  void forget(const PodIdentity& pod);
  // Makes another at once for those whose certificate has to go.
  void replace_spent(const Notices& notices);

  // Null until it is made.
  xds::ResourcePtr find(const PodIdentity& pod) const;

 private:
  // weftd's certificate for one pod's proxy, as it is sent. Control thread.
  struct Own {
    PodIdentity pod;
    std::string serial;
    xds::ResourcePtr resource;
    Time due{};  // when another is made
  };

  runtime::Task<void> run();
  runtime::Task<void> make_due();
  runtime::Task<Result<Own>> make(PodIdentity pod);
  Time next_due() const;

  runtime::Reactor* reactor_;
  CertificateService* service_;
  Changed changed_;
  std::map<std::string, Own, std::less<>> by_pod_;  // by the pod's uid
  runtime::Signal woken_;
  bool closed_ = false;
  runtime::Gate gate_;
};

}  // namespace weft::control
