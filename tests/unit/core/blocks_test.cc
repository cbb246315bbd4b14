#include "gateway/core/blocks.h"

#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

#include "gateway/core/number_series.h"
#include "tests/unit/core/core_fixture.h"

namespace lienthong::core {
namespace {

using ::lienthong::testing::IsOk;
using ::testing::ElementsAre;

using receipt::v1::LeaseReceiptBlockRequest;
using receipt::v1::ReceiptBlock;
using receipt::v1::Reservation;
using receipt::v1::ReturnReceiptBlockRequest;

class BlocksTest : public CoreTest {
 protected:
  LeaseReceiptBlockRequest LeaseOf(int size) {
    LeaseReceiptBlockRequest request;
    request.set_request_id(NewUuid());
    request.set_agency("H29.X05");
    request.set_size(size);
    request.set_counter("Quầy lưu động số 2");
    return request;
  }
  ReceiptBlock Leased(int size) {
    const auto block = blocks_.Lease(x05_, LeaseOf(size));
    EXPECT_THAT(block, IsOk());
    return block.value_or(ReceiptBlock());
  }
  absl::StatusOr<ReceiptBlock> Return(const std::string& id, const std::vector<std::string>& used,
                                      bool closes = false, const std::string& reason = "") {
    ReturnReceiptBlockRequest request;
    request.set_request_id(NewUuid());
    request.set_block_id(id);
    *request.mutable_used() = {used.begin(), used.end()};
    request.set_closes(closes);
    request.set_reason(reason);
    return blocks_.Return(x05_, request);
  }
  receipt::v1::Series SeriesNow() {
    receipt::v1::GetSeriesRequest request;
    request.set_agency("H29.X05");
    const auto series = series_.Get(x05_, request);
    EXPECT_THAT(series, IsOk());
    return series.value_or(receipt::v1::Series());
  }
  absl::StatusOr<dossier::v1::PushDossierResponse> PushNumber(const std::string& number) {
    auto dossier = NewDossier("H29.X05");
    auto& code = *dossier.add_codes();
    code.set_issuer("agency/H29.X05");
    code.set_kind(dossier::v1::CodeReference::KIND_RECEIPT_NUMBER);
    code.set_code(number);
    return Push(x05_, dossier);
  }

  const RequestContext x05_ = Agency("H29.X05");
  Blocks blocks_{engine_};
  NumberSeries series_{engine_};
};

TEST_F(BlocksTest, NumbersOfABlockAreNobodyElses) {
  const auto request = LeaseOf(3);
  const auto block = blocks_.Lease(x05_, request);
  ASSERT_THAT(block, IsOk());
  EXPECT_THAT(block->codes(),
              ElementsAre("H29.X05-260302-0001", "H29.X05-260302-0002", "H29.X05-260302-0003"));
  EXPECT_EQ(block->state(), ReceiptBlock::STATE_LEASED);
  EXPECT_EQ(Create("H29.X05"), "H29.X05-260302-0004");
  EXPECT_EQ(blocks_.Lease(x05_, request)->id(), block->id()) << "the same request, the same block";
  auto other = request;
  other.set_size(4);
  EXPECT_EQ(ReasonOf(blocks_.Lease(x05_, other)), "REQUEST_ID_REUSED");
  EXPECT_EQ(ReasonOf(blocks_.Lease(Agency("H29.X01"), LeaseOf(1))), "NOT_SHARED");
}

TEST_F(BlocksTest, BoundsAreSaid) {
  for (const int size : {0, -1, kBlockNumbersMax + 1}) {
    EXPECT_EQ(ReasonOf(blocks_.Lease(x05_, LeaseOf(size))), "FIELD_INVALID") << size;
  }
  for (const char* date : {"2026-03-01", "2026-03-10", "tomorrow"}) {
    auto request = LeaseOf(1);
    request.set_date(date);
    EXPECT_EQ(ReasonOf(blocks_.Lease(x05_, request)), "FIELD_INVALID") << date;
  }
  auto request = LeaseOf(kBlockNumbersMax);
  request.set_date("2026-03-09");
  const auto block = blocks_.Lease(x05_, request);
  ASSERT_THAT(block, IsOk());
  EXPECT_EQ(block->codes(0), "H29.X05-260309-0001");
  auto nameless = LeaseOf(1);
  nameless.clear_counter();
  EXPECT_EQ(ReasonOf(blocks_.Lease(x05_, nameless)), "FIELD_INVALID");
}

TEST_F(BlocksTest, AnOverdueBlockKeepsItsNumbersAndIsReturnedLate) {
  const ReceiptBlock block = Leased(3);
  clock_.Advance(absl::Hours(24 * 10));
  ASSERT_THAT(receipts_.SweepExpired(), IsOk());
  receipt::v1::ListReceiptBlocksRequest list;
  list.set_open_only(true);
  const auto listed = blocks_.List(x05_, list);
  ASSERT_THAT(listed, IsOk());
  ASSERT_EQ(listed->blocks_size(), 1);
  EXPECT_EQ(listed->blocks(0).state(), ReceiptBlock::STATE_OVERDUE);
  const auto pushed = PushNumber(block.codes(1));
  ASSERT_THAT(pushed, IsOk());
  EXPECT_EQ(pushed->code(), block.codes(1)) << "a dossier that comes later has its number";
  const auto returned = Return(block.id(), {"h29.x05-260302-0001 "});
  ASSERT_THAT(returned, IsOk());
  EXPECT_THAT(returned->used(), ElementsAre(block.codes(0), block.codes(1)));
}

TEST_F(BlocksTest, ClosingExplainsWhatWasNotUsed) {
  const ReceiptBlock block = Leased(3);
  EXPECT_EQ(ReasonOf(Return(block.id(), {block.codes(0)}, true)), "FIELD_INVALID") << "no reason";
  EXPECT_EQ(ReasonOf(Return(block.id(), {"H29.X05-260302-0009"})), "FIELD_INVALID");
  const auto closed = Return(block.id(), {block.codes(0)}, true, "quầy đóng cửa sớm");
  ASSERT_THAT(closed, IsOk());
  EXPECT_EQ(closed->state(), ReceiptBlock::STATE_CLOSED);
  const auto series = SeriesNow();
  ASSERT_EQ(series.gaps_size(), 3);
  EXPECT_EQ(series.gaps(0).state(), Reservation::STATE_COMMITTED);
  EXPECT_EQ(series.gaps(1).state(), Reservation::STATE_RELEASED);
  EXPECT_EQ(series.gaps(2).reason(), "quầy đóng cửa sớm");
  EXPECT_THAT(Return(block.id(), {block.codes(0)}), IsOk()) << "nothing new is said";
  EXPECT_EQ(ReasonOf(Return(block.id(), {block.codes(2)})), "BLOCK_CLOSED");
  EXPECT_EQ(ReasonOf(PushNumber(block.codes(2))), "FIELD_INVALID");
  const auto late = Return(block.id(), {block.codes(2)}, false, "tìm thấy biên nhận trong sổ");
  ASSERT_THAT(late, IsOk());
  EXPECT_THAT(late->used(), ElementsAre(block.codes(0), block.codes(2)));
  ASSERT_THAT(PushNumber(block.codes(2)), IsOk()) << "its dossier comes late too";
}

TEST_F(BlocksTest, OneNumberOfABlockIsNotGivenBackAlone) {
  const ReceiptBlock block = Leased(2);
  receipt::v1::ReleaseReceiptRequest release;
  release.set_request_id(NewUuid());
  release.set_reservation_id(block.id() + "/0");
  release.set_reason("x");
  EXPECT_EQ(ReasonOf(receipts_.Release(x05_, release)), "FIELD_INVALID");
  EXPECT_THAT(Return(block.id(), {block.codes(0)}), IsOk());
}

TEST_F(BlocksTest, OthersSeeNoBlock) {
  const ReceiptBlock block = Leased(1);
  ReturnReceiptBlockRequest request;
  request.set_request_id(NewUuid());
  request.set_block_id(block.id());
  request.add_used(block.codes(0));
  EXPECT_EQ(ReasonOf(blocks_.Return(Agency("H29.X01"), request)), "NOT_SHARED");
  EXPECT_EQ(blocks_.List(Agency("H29.X01"), {})->blocks_size(), 0);
  receipt::v1::ListReceiptBlocksRequest all;
  EXPECT_EQ(ReasonOf(blocks_.List(Operator(), all)), "FIELD_INVALID");
  all.set_open_only(true);
  EXPECT_EQ(blocks_.List(Operator(), all)->blocks_size(), 1);
}

}  // namespace
}  // namespace lienthong::core
