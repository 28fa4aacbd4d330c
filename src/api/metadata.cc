#include "api/metadata.h"

#include "api/describe.h"
#include "api/text_checks.h"

namespace weft::api {

const FieldTable& OwnerReference::fields() {
  static const FieldTable table =
      Describe<OwnerReference>("OwnerReference", "The object that this one belongs to and dies with.")
          .field("apiVersion", &OwnerReference::api_version, "API group and version of the owner.")
          .field("kind", &OwnerReference::kind, "Kind of the owner.")
          .field("name", &OwnerReference::name, "Name of the owner, in the same namespace.")
          .field("uid", &OwnerReference::uid, "Unique id of the owner.")
          .field("controller", &OwnerReference::controller, "Whether the owner manages this object.")
          .field("blockOwnerDeletion", &OwnerReference::block_owner_deletion,
                 "Whether the owner outlives this object in a foreground deletion.");
  return table;
}

// Members that only the server sets are taken and kept, so that what `get` printed can be applied again.
const FieldTable& Metadata::fields() {
  static const FieldTable table =
      Describe<Metadata>("ObjectMeta", "What every object has in common.")
          .field("name", &Metadata::name, "The object's name, unique among its kind in its namespace.")
          .field("generateName", &Metadata::generate_name, "A prefix from which the server makes a name.")
          .field("namespace", &Metadata::namespace_name, "The namespace the object lives in.")
          .check(check_dns_label)
          .field("labels", &Metadata::labels, "Short key/value pairs that selectors look at.")
          .check(check_label_value)
          .check_keys(check_label_key)
          .field("annotations", &Metadata::annotations, "Key/value pairs for tools and for settings of the mesh.")
          .check_keys(check_label_key)
          .field("uid", &Metadata::uid, "Unique id, set by the server.")
          .field("resourceVersion", &Metadata::resource_version, "The version of the object, set by the server.")
          .field("generation", &Metadata::generation, "Counts the changes of the spec, set by the server.")
          .field("creationTimestamp", &Metadata::creation_timestamp, "When the object was made, set by the server.")
          .field("deletionTimestamp", &Metadata::deletion_timestamp,
                 "When the object is to be gone, set by the server.")
          .field("deletionGracePeriodSeconds", &Metadata::deletion_grace_period_seconds,
                 "How long a deletion waits, set by the server.")
          .field("ownerReferences", &Metadata::owner_references, "The objects this one belongs to.")
          .field("finalizers", &Metadata::finalizers, "Who must agree before the object is gone.")
          .kept({"managedFields", "selfLink"});
  return table;
}

}  // namespace weft::api
