#include "api/kubernetes/namespace.h"

#include "api/describe.h"

namespace weft::api::kubernetes {

const FieldTable& Namespace::fields() {
  static const FieldTable table =
      Describe<Namespace>("Namespace", "A space for names. The label istio-injection: enabled gives its pods sidecars.")
          .object_head()
          .kept({"spec", "status"});
  return table;
}

const FieldTable& ServiceAccount::fields() {
  static const FieldTable table = Describe<ServiceAccount>("ServiceAccount", "The identity of workloads.")
                                      .object_head()
                                      .kept({"secrets", "imagePullSecrets", "automountServiceAccountToken"});
  return table;
}

}  // namespace weft::api::kubernetes
