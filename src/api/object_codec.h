// ObjectCodec: how a kind's typed value is made from an object's tree and written back. One constant per kind, in
// kinds.cc.
#pragma once

#include "api/field_table.h"
#include "api/place.h"
#include "api/resource.h"

namespace weft::api {

// Constants of one kind; all members are set. read() reports into the place and never fails otherwise.
struct ObjectCodec {
  Dialect dialect = Dialect::kubernetes;
  // What the name of an object may look like.
  TextCheck check_name = nullptr;
  // From the whole object; metadata is left to check().
  Value (*read)(const Place& object) = nullptr;
  // The members beside apiVersion, kind and metadata that are set.
  Json (*write)(const Value& value) = nullptr;
};

}  // namespace weft::api
