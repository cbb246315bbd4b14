#include "gateway/catalogue/agency_code.h"

#include "gtest/gtest.h"

namespace lienthong::catalogue {
namespace {

TEST(AgencyCodeTest, BothOrdersAreOneCode) {
  EXPECT_EQ(FoldAgencyCode("000.00.05.H29"), "H29.05");
  EXPECT_EQ(FoldAgencyCode("H29.05"), "H29.05");
  EXPECT_EQ(FoldAgencyCode("000.17.22.h56"), "H56.22.17");
  EXPECT_EQ(FoldAgencyCode("000.00.00.H49"), "H49");
  EXPECT_EQ(FoldAgencyCode("38.98.H29"), "H29.98.38");
}

TEST(AgencyCodeTest, WhatDoesNotTellItsOrderKeepsIt) {
  EXPECT_EQ(FoldAgencyCode("H29.X05"), "H29.X05");
  EXPECT_EQ(FoldAgencyCode("H15.50.05.13"), "H15.50.05.13");
  EXPECT_EQ(FoldAgencyCode("X05.H29"), "X05.H29");
  EXPECT_EQ(FoldAgencyCode("H29.G01"), "H29.G01");
  EXPECT_EQ(FoldAgencyCode("H29"), "H29");
  EXPECT_EQ(FoldAgencyCode("0312345678"), "0312345678");
}

TEST(AgencyCodeTest, OnlyUnusedLevelsAreDropped) {
  EXPECT_EQ(FoldAgencyCode("000.05.00.H29"), "H29.00.05");
}

TEST(AgencyCodeTest, WritesTheOldOrderWhereThereIsAPlaceForIt) {
  EXPECT_EQ(QcvnCode("H29.05"), "000.00.05.H29");
  EXPECT_EQ(QcvnCode("H56.22.17"), "000.17.22.H56");
  EXPECT_EQ(QcvnCode("H29"), "000.00.00.H29");
  EXPECT_EQ(QcvnCode("H29.X05"), "");
  EXPECT_EQ(QcvnCode("H15.50.05.013.01"), "");
}

}  // namespace
}  // namespace lienthong::catalogue
