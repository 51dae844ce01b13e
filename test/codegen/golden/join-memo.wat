(module
  (type (;0;) (func (param i32 i32 i32)))
  (type (;1;) (func (param i32 i32)))
  (type (;2;) (func (param i32 i64) (result i64)))
  (type (;3;) (func (param i32)))
  (type (;4;) (func (param i32 i32 i32 i32 i32 i32)))
  (type (;5;) (func (param i32 i32 i32 i32 i32)))
  (type (;6;) (func (param i32 i64 i64) (result i32)))
  (type (;7;) (func (param i32 i32) (result i32)))
  (import "env" "memory" (memory (;0;) 0 65536 shared))
  (import "runtime" "sink_chunk" (func (;0;) (type 1)))
  (import "runtime" "str_hash" (func (;1;) (type 2)))
  (import "runtime" "join_begin" (func (;2;) (type 4)))
  (import "runtime" "join_enter" (func (;3;) (type 5)))
  (import "runtime" "str_eq" (func (;4;) (type 6)))
  (import "env" "reserve" (func (;5;) (type 7)))
  (func (;6;) (export "p0") (type 0) (param i32 i32 i32)
    (local i32 i32 i32 i32 i32 i32 i32 i32 i32 i64 i32 i32 v128 v128 i64)
    (local.set 3
      (i32.load align=1
        (i32.load offset=48 align=1
          (local.get 0))))
    (local.set 5
      (i32.load align=1
        (i32.load offset=16 align=1
          (local.get 0))))
    (local.set 6
      (i32.load offset=16 align=1
        (i32.load offset=16 align=1
          (local.get 0))))
    (local.set 7
      (i32.add
        (local.get 0)
        (i32.const 80)))
    (i32.store offset=20 align=1
      (local.get 7)
      (i32.const 24))
    (local.set 8
      (i32.load align=1
        (local.get 7)))
    (local.set 9
      (i32.load offset=4 align=1
        (local.get 7)))
    (local.set 10
      (local.get 1))
    (block  ;; label = @1
      (loop  ;; label = @2
        (br_if 1 (;@1;)
          (i32.ge_u
            (local.get 10)
            (local.get 2)))
        (local.set 11
          (select
            (local.tee 11
              (i32.add
                (local.get 10)
                (i32.const 1024)))
            (local.get 2)
            (i32.lt_u
              (local.get 11)
              (local.get 2))))
        (local.set 4
          (local.get 10))
        (loop  ;; label = @3
          (local.set 12
            (i64.load align=1
              (i32.add
                (local.get 3)
                (i32.shl
                  (i32.load8_u
                    (i32.add
                      (local.get 5)
                      (local.get 4)))
                  (i32.const 3)))))
          (if  ;; label = @4
            (i32.gt_u
              (i32.add
                (local.get 8)
                (i32.const 24))
              (local.get 9))
            (then
              (i32.store align=1
                (local.get 7)
                (local.get 8))
              (call 0
                (local.get 0)
                (local.get 7))
              (local.set 8
                (i32.load align=1
                  (local.get 7)))
              (local.set 9
                (i32.load offset=4 align=1
                  (local.get 7)))))
          (local.set 8
            (i32.add
              (local.tee 13
                (local.get 8))
              (i32.const 24)))
          (i32.store align=1
            (local.get 13)
            (i32.wrap_i64
              (if (result i64)  ;; label = @4
                (i64.lt_u
                  (local.get 12)
                  (i64.const 141733920768))
                (then
                  (local.set 15
                    (i8x16.gt_s
                      (i8x16.splat
                        (local.tee 14
                          (i32.wrap_i64
                            (i64.shr_u
                              (local.get 12)
                              (i64.const 32)))))
                      (v128.const i32x4 0x03020100 0x07060504 0x0b0a0908 0x0f0e0d0c)))
                  (local.set 14
                    (select
                      (i32.sub
                        (local.get 14)
                        (i32.const 16))
                      (i32.const 0)
                      (i32.gt_u
                        (local.get 14)
                        (i32.const 16))))
                  (i64.xor
                    (local.tee 17
                      (i64.mul
                        (i64.xor
                          (local.tee 17
                            (i64.xor
                              (i64.mul
                                (i64x2.extract_lane 0
                                  (local.tee 16
                                    (i32x4.add
                                      (i32x4.dot_i16x8_s
                                        (v128.and
                                          (v128.load align=1
                                            (i32.wrap_i64
                                              (local.get 12)))
                                          (local.get 15))
                                        (v128.const i32x4 0x760f65c1 0x763badc1 0x8789788f 0x96d9af5b))
                                      (i32x4.dot_i16x8_s
                                        (v128.and
                                          (v128.load align=1
                                            (i32.add
                                              (i32.wrap_i64
                                                (local.get 12))
                                              (local.get 14)))
                                          (local.get 15))
                                        (v128.const i32x4 0x560077f2 0x76a6aeea 0x9b905a2e 0x9d2886a2)))))
                                (i64.const -7046029254386353131))
                              (i64.rotl
                                (i64.mul
                                  (i64.add
                                    (i64x2.extract_lane 1
                                      (local.get 16))
                                    (i64.shr_u
                                      (local.get 12)
                                      (i64.const 32)))
                                  (i64.const -4658895280553007687))
                                (i64.const 32))))
                          (i64.shr_u
                            (local.get 17)
                            (i64.const 32)))
                        (i64.const -7723592293110705685)))
                    (i64.shr_u
                      (local.get 17)
                      (i64.const 32))))
                (else
                  (call 1
                    (local.get 0)
                    (local.get 12))))))
          (i64.store offset=8 align=1
            (local.get 13)
            (local.get 12))
          (local.set 14
            (i32.load16_s align=1
              (i32.add
                (local.get 6)
                (i32.shl
                  (local.get 4)
                  (i32.const 1)))))
          (i32.store offset=16 align=1
            (local.get 13)
            (local.get 14))
          (br_if 0 (;@3;)
            (i32.lt_u
              (local.tee 4
                (i32.add
                  (local.get 4)
                  (i32.const 1)))
              (local.get 11))))
        (local.set 10
          (local.get 11))
        (br 0 (;@2;))))
    (i32.store align=1
      (local.get 7)
      (local.get 8)))
  (func (;7;) (export "f0") (type 3) (param i32)
    (call 2
      (local.get 0)
      (i32.const 80)
      (i32.add
        (i32.load offset=28 align=1
          (local.get 0))
        (i32.const 64))
      (i32.const 0)
      (i32.const 24)
      (i32.const 0)))
  (func (;8;) (export "m0") (type 0) (param i32 i32 i32)
    (call 3
      (local.get 0)
      (i32.add
        (i32.load offset=28 align=1
          (local.get 0))
        (i32.const 64))
      (i32.const 24)
      (local.get 1)
      (local.get 2)))
  (func (;9;) (export "p1") (type 0) (param i32 i32 i32)
    (local i32 i32 i32 i32 i32 i32 i32 i32 i64 i64 i32 i32 i32 i32 i32 i64 i32 i32 v128 v128 i64 i64)
    (local.set 3
      (i32.load align=1
        (i32.load offset=48 align=1
          (local.get 0))))
    (local.set 4
      (i32.load offset=64 align=1
        (local.get 0)))
    (local.set 6
      (i32.load align=1
        (i32.load offset=16 align=1
          (local.get 0))))
    (local.set 7
      (i32.load offset=16 align=1
        (i32.load offset=16 align=1
          (local.get 0))))
    (local.set 8
      (i32.load offset=80 align=1
        (i32.load offset=28 align=1
          (local.get 0))))
    (local.set 9
      (i32.load offset=84 align=1
        (i32.load offset=28 align=1
          (local.get 0))))
    (local.set 10
      (i32.add
        (local.get 0)
        (i32.const 176)))
    (if  ;; label = @1
      (i32.load offset=8 align=1
        (local.get 10))
      (then
        (local.set 11
          (i64.load offset=16 align=1
            (local.get 10)))
        (local.set 12
          (i64.load offset=24 align=1
            (local.get 10)))
        (local.set 13
          (i32.load8_u offset=32
            (local.get 10))))
      (else
        (local.set 11
          (i64.const 0))
        (local.set 12
          (i64.const 0))
        (local.set 13
          (i32.const 0))))
    (local.set 14
      (local.get 1))
    (block  ;; label = @1
      (loop  ;; label = @2
        (br_if 1 (;@1;)
          (i32.ge_u
            (local.get 14)
            (local.get 2)))
        (local.set 15
          (select
            (local.tee 15
              (i32.add
                (local.get 14)
                (i32.const 1024)))
            (local.get 2)
            (i32.lt_u
              (local.get 15)
              (local.get 2))))
        (local.set 5
          (local.get 14))
        (loop  ;; label = @3
          (local.set 18
            (i64.load align=1
              (i32.add
                (local.get 3)
                (i32.shl
                  (i32.load8_u
                    (i32.add
                      (local.get 6)
                      (local.get 5)))
                  (i32.const 3)))))
          (if  ;; label = @4
            (i32.eqz
              (local.tee 16
                (i32.load align=1
                  (local.tee 19
                    (i32.add
                      (local.get 4)
                      (i32.shl
                        (i32.load8_u
                          (i32.add
                            (local.get 6)
                            (local.get 5)))
                        (i32.const 2)))))))
            (then
              (i32.and
                (i32.shr_u
                  (i32.load offset=4 align=1
                    (local.tee 16
                      (i32.add
                        (i32.shl
                          (i32.and
                            (local.tee 17
                              (i32.wrap_i64
                                (if (result i64)  ;; label = @5
                                  (i64.lt_u
                                    (local.get 18)
                                    (i64.const 141733920768))
                                  (then
                                    (local.set 21
                                      (i8x16.gt_s
                                        (i8x16.splat
                                          (local.tee 20
                                            (i32.wrap_i64
                                              (i64.shr_u
                                                (local.get 18)
                                                (i64.const 32)))))
                                        (v128.const i32x4 0x03020100 0x07060504 0x0b0a0908 0x0f0e0d0c)))
                                    (local.set 20
                                      (select
                                        (i32.sub
                                          (local.get 20)
                                          (i32.const 16))
                                        (i32.const 0)
                                        (i32.gt_u
                                          (local.get 20)
                                          (i32.const 16))))
                                    (i64.xor
                                      (local.tee 23
                                        (i64.mul
                                          (i64.xor
                                            (local.tee 23
                                              (i64.xor
                                                (i64.mul
                                                  (i64x2.extract_lane 0
                                                    (local.tee 22
                                                      (i32x4.add
                                                        (i32x4.dot_i16x8_s
                                                          (v128.and
                                                            (v128.load align=1
                                                              (i32.wrap_i64
                                                                (local.get 18)))
                                                            (local.get 21))
                                                          (v128.const i32x4 0x760f65c1 0x763badc1 0x8789788f 0x96d9af5b))
                                                        (i32x4.dot_i16x8_s
                                                          (v128.and
                                                            (v128.load align=1
                                                              (i32.add
                                                                (i32.wrap_i64
                                                                  (local.get 18))
                                                                (local.get 20)))
                                                            (local.get 21))
                                                          (v128.const i32x4 0x560077f2 0x76a6aeea 0x9b905a2e 0x9d2886a2)))))
                                                  (i64.const -7046029254386353131))
                                                (i64.rotl
                                                  (i64.mul
                                                    (i64.add
                                                      (i64x2.extract_lane 1
                                                        (local.get 22))
                                                      (i64.shr_u
                                                        (local.get 18)
                                                        (i64.const 32)))
                                                    (i64.const -4658895280553007687))
                                                  (i64.const 32))))
                                            (i64.shr_u
                                              (local.get 23)
                                              (i64.const 32)))
                                          (i64.const -7723592293110705685)))
                                      (i64.shr_u
                                        (local.get 23)
                                        (i64.const 32))))
                                  (else
                                    (call 1
                                      (local.get 0)
                                      (local.get 18))))))
                            (local.get 9))
                          (i32.const 3))
                        (local.get 8))))
                  (i32.shr_u
                    (local.get 17)
                    (i32.const 27)))
                (i32.const 1))
              (local.set 16
                (i32.load align=1
                  (local.get 16)))
              (if  ;; label = @5
                (then
                  (block  ;; label = @6
                    (loop  ;; label = @7
                      (br_if 1 (;@6;)
                        (if (result i32)  ;; label = @8
                          (i32.eq
                            (i32.load align=1
                              (local.get 16))
                            (local.get 17))
                          (then
                            (i64.load offset=8 align=1
                              (local.get 16))
                            (local.set 24
                              (local.get 18))
                            (local.set 23)
                            (if (result i32)  ;; label = @9
                              (i64.lt_u
                                (local.get 24)
                                (i64.const 141733920768))
                              (then
                                (local.set 22
                                  (i8x16.gt_s
                                    (i8x16.splat
                                      (local.tee 20
                                        (i32.wrap_i64
                                          (i64.shr_u
                                            (local.get 24)
                                            (i64.const 32)))))
                                    (v128.const i32x4 0x03020100 0x07060504 0x0b0a0908 0x0f0e0d0c)))
                                (local.set 20
                                  (select
                                    (i32.sub
                                      (local.get 20)
                                      (i32.const 16))
                                    (i32.const 0)
                                    (i32.gt_u
                                      (local.get 20)
                                      (i32.const 16))))
                                (i32.eqz
                                  (i32.or
                                    (v128.any_true
                                      (v128.and
                                        (v128.or
                                          (v128.xor
                                            (v128.load align=1
                                              (i32.wrap_i64
                                                (local.get 23)))
                                            (v128.load align=1
                                              (i32.wrap_i64
                                                (local.get 24))))
                                          (v128.xor
                                            (v128.load align=1
                                              (i32.add
                                                (i32.wrap_i64
                                                  (local.get 23))
                                                (local.get 20)))
                                            (v128.load align=1
                                              (i32.add
                                                (i32.wrap_i64
                                                  (local.get 24))
                                                (local.get 20)))))
                                        (local.get 22)))
                                    (i32.wrap_i64
                                      (i64.shr_u
                                        (i64.xor
                                          (local.get 23)
                                          (local.get 24))
                                        (i64.const 32))))))
                              (else
                                (call 4
                                  (local.get 0)
                                  (local.get 23)
                                  (local.get 24)))))
                          (else
                            (i32.const 0))))
                      (br_if 0 (;@7;)
                        (local.tee 16
                          (i32.load offset=4 align=1
                            (local.get 16)))))))
                (else
                  (local.set 16
                    (i32.const 0))))
              (i32.store align=1
                (local.get 19)
                (select
                  (local.get 16)
                  (i32.const 1)
                  (local.get 16))))
            (else
              (if  ;; label = @5
                (local.tee 16
                  (select
                    (i32.const 0)
                    (local.get 16)
                    (i32.eq
                      (local.get 16)
                      (i32.const 1))))
                (then
                  (local.set 17
                    (i32.load align=1
                      (local.get 16)))))))
          (if  ;; label = @4
            (local.get 16)
            (then
              (loop  ;; label = @5
                (if  ;; label = @6
                  (if (result i32)  ;; label = @7
                    (i32.eq
                      (i32.load align=1
                        (local.get 16))
                      (local.get 17))
                    (then
                      (i64.load offset=8 align=1
                        (local.get 16))
                      (local.set 23
                        (local.get 18))
                      (local.set 24)
                      (if (result i32)  ;; label = @8
                        (i64.lt_u
                          (local.get 23)
                          (i64.const 141733920768))
                        (then
                          (local.set 22
                            (i8x16.gt_s
                              (i8x16.splat
                                (local.tee 19
                                  (i32.wrap_i64
                                    (i64.shr_u
                                      (local.get 23)
                                      (i64.const 32)))))
                              (v128.const i32x4 0x03020100 0x07060504 0x0b0a0908 0x0f0e0d0c)))
                          (local.set 19
                            (select
                              (i32.sub
                                (local.get 19)
                                (i32.const 16))
                              (i32.const 0)
                              (i32.gt_u
                                (local.get 19)
                                (i32.const 16))))
                          (i32.eqz
                            (i32.or
                              (v128.any_true
                                (v128.and
                                  (v128.or
                                    (v128.xor
                                      (v128.load align=1
                                        (i32.wrap_i64
                                          (local.get 24)))
                                      (v128.load align=1
                                        (i32.wrap_i64
                                          (local.get 23))))
                                    (v128.xor
                                      (v128.load align=1
                                        (i32.add
                                          (i32.wrap_i64
                                            (local.get 24))
                                          (local.get 19)))
                                      (v128.load align=1
                                        (i32.add
                                          (i32.wrap_i64
                                            (local.get 23))
                                          (local.get 19)))))
                                  (local.get 22)))
                              (i32.wrap_i64
                                (i64.shr_u
                                  (i64.xor
                                    (local.get 24)
                                    (local.get 23))
                                  (i64.const 32))))))
                        (else
                          (call 4
                            (local.get 0)
                            (local.get 24)
                            (local.get 23)))))
                    (else
                      (i32.const 0)))
                  (then
                    (if  ;; label = @7
                      (i32.lt_s
                        (i32.load offset=16 align=1
                          (local.get 16))
                        (i32.load16_s align=1
                          (i32.add
                            (local.get 7)
                            (i32.shl
                              (local.get 5)
                              (i32.const 1)))))
                      (then
                        (local.set 23
                          (i64.add
                            (local.get 11)
                            (i64.const 1)))
                        (local.set 11
                          (local.get 23))
                        (local.set 23
                          (i64.add
                            (local.get 12)
                            (i64.extend_i32_s
                              (i32.load16_s align=1
                                (i32.add
                                  (local.get 7)
                                  (i32.shl
                                    (local.get 5)
                                    (i32.const 1)))))))
                        (local.set 12
                          (local.get 23))
                        (local.set 19
                          (i32.const 1))
                        (local.set 13
                          (local.get 19))))))
                (br_if 0 (;@5;)
                  (local.tee 16
                    (i32.load offset=4 align=1
                      (local.get 16)))))))
          (br_if 0 (;@3;)
            (i32.lt_u
              (local.tee 5
                (i32.add
                  (local.get 5)
                  (i32.const 1)))
              (local.get 15))))
        (local.set 14
          (local.get 15))
        (br 0 (;@2;))))
    (i64.store offset=16 align=1
      (local.get 10)
      (local.get 11))
    (i64.store offset=24 align=1
      (local.get 10)
      (local.get 12))
    (i32.store8 offset=32
      (local.get 10)
      (local.get 13))
    (i32.store offset=8 align=1
      (local.get 10)
      (i32.const 1)))
  (func (;10;) (export "f1") (type 3) (param i32)
    (local i32 i64 i32 i32 i32 i32 i32)
    (local.set 1
      (i32.add
        (local.get 0)
        (i32.const 176)))
    (if  ;; label = @1
      (i32.eqz
        (i32.load offset=8 align=1
          (local.get 1)))
      (then
        (local.set 2
          (i64.const 0))
        (i64.store offset=16 align=1
          (local.get 1)
          (local.get 2))
        (local.set 2
          (i64.const 0))
        (i64.store offset=24 align=1
          (local.get 1)
          (local.get 2))
        (local.set 3
          (i32.const 0))
        (i32.store8 offset=32
          (local.get 1)
          (local.get 3))))
    (local.set 5
      (i32.load offset=4 align=1
        (local.tee 3
          (i32.load offset=28 align=1
            (local.get 0)))))
    (local.set 4
      (i32.const 0))
    (block  ;; label = @1
      (loop  ;; label = @2
        (br_if 1 (;@1;)
          (i32.ge_u
            (local.get 4)
            (local.get 5)))
        (if  ;; label = @3
          (i32.load offset=8 align=1
            (local.tee 6
              (i32.add
                (i32.load align=1
                  (i32.add
                    (i32.load offset=8 align=1
                      (local.get 3))
                    (i32.shl
                      (local.get 4)
                      (i32.const 2))))
                (i32.const 176))))
          (then
            (if  ;; label = @4
              (i32.ne
                (local.get 6)
                (local.get 1))
              (then
                (local.set 2
                  (i64.add
                    (i64.load offset=16 align=1
                      (local.get 1))
                    (i64.load offset=16 align=1
                      (local.get 6))))
                (i64.store offset=16 align=1
                  (local.get 1)
                  (local.get 2))
                (local.set 2
                  (i64.add
                    (i64.load offset=24 align=1
                      (local.get 1))
                    (i64.load offset=24 align=1
                      (local.get 6))))
                (i64.store offset=24 align=1
                  (local.get 1)
                  (local.get 2))
                (local.set 7
                  (i32.or
                    (i32.load8_u offset=32
                      (local.get 1))
                    (i32.load8_u offset=32
                      (local.get 6))))
                (i32.store8 offset=32
                  (local.get 1)
                  (local.get 7))))))
        (local.set 4
          (i32.add
            (local.get 4)
            (i32.const 1)))
        (br 0 (;@2;))))
    (i32.store offset=4 align=1
      (local.get 1)
      (local.get 1))
    (i32.store align=1
      (local.tee 7
        (i32.add
          (i32.load offset=28 align=1
            (local.get 0))
          (i32.const 192)))
      (i32.const 1))
    (i32.store offset=4 align=1
      (local.get 7)
      (i32.const 1))
    (i32.store offset=8 align=1
      (local.get 7)
      (i32.add
        (local.get 7)
        (i32.const 16)))
    (i32.store offset=16 align=1
      (local.get 7)
      (i32.const 1))
    (i32.store offset=20 align=1
      (local.get 7)
      (i32.const 0))
    (i32.store offset=24 align=1
      (local.get 7)
      (i32.add
        (local.get 1)
        (i32.const 4))))
  (func (;11;) (export "p2") (type 0) (param i32 i32 i32)
    (local i32 i32 i32 i32 i32 i32 i32 i32 i64 i64 i32 i32)
    (local.set 5
      (i32.add
        (local.get 0)
        (i32.const 224)))
    (local.set 8
      (i32.load offset=8 align=1
        (local.get 5)))
    (local.set 7
      (i32.const 2048))
    (if  ;; label = @1
      (local.tee 6
        (i32.load offset=16 align=1
          (local.get 5)))
      (then
        (if  ;; label = @2
          (i32.eq
            (i32.load offset=8 align=1
              (local.get 6))
            (i32.add
              (i32.load offset=20 align=1
                (local.get 0))
              (local.get 1)))
          (then
            (local.set 7
              (i32.load offset=4 align=1
                (local.get 6)))))))
    (local.set 9
      (local.get 1))
    (block  ;; label = @1
      (loop  ;; label = @2
        (br_if 1 (;@1;)
          (i32.ge_u
            (local.get 9)
            (local.get 2)))
        (local.set 10
          (select
            (local.tee 10
              (i32.add
                (local.get 9)
                (i32.const 1024)))
            (local.get 2)
            (i32.lt_u
              (local.get 10)
              (local.get 2))))
        (local.set 3
          (local.get 9))
        (loop  ;; label = @3
          (local.set 4
            (i32.load align=1
              (i32.add
                (i32.load offset=16 align=1
                  (local.get 0))
                (i32.shl
                  (local.get 3)
                  (i32.const 2)))))
          (if  ;; label = @4
            (i32.eq
              (local.get 7)
              (i32.const 2048))
            (then
              (if  ;; label = @5
                (i32.eqz
                  (local.tee 6
                    (call 5
                      (local.get 0)
                      (i32.const 33040))))
                (then
                  (i32.store align=1
                    (local.get 0)
                    (i32.const 5))
                  (i32.store offset=4 align=1
                    (local.get 0)
                    (i32.const 0))
                  (unreachable)))
              (memory.fill
                (local.get 6)
                (i32.const 0)
                (i32.const 16))
              (memory.fill
                (i32.add
                  (local.get 6)
                  (i32.const 32784))
                (i32.const 0)
                (i32.const 256))
              (i32.store offset=8 align=1
                (local.get 6)
                (i32.add
                  (i32.load offset=20 align=1
                    (local.get 0))
                  (local.get 1)))
              (if  ;; label = @5
                (i32.load offset=12 align=1
                  (local.get 5))
                (then
                  (i32.store align=1
                    (i32.load offset=16 align=1
                      (local.get 5))
                    (local.get 6)))
                (else
                  (i32.store offset=12 align=1
                    (local.get 5)
                    (local.get 6))))
              (i32.store offset=16 align=1
                (local.get 5)
                (local.get 6))
              (local.set 7
                (i32.const 0))))
          (local.set 11
            (i64.load offset=16 align=1
              (local.get 4)))
          (i64.load offset=24 align=1
            (local.get 4))
          (local.set 13
            (i32.load8_u offset=32
              (local.get 4)))
          (local.set 12)
          (i64.store offset=16 align=1
            (i32.add
              (local.get 6)
              (i32.mul
                (local.get 7)
                (i32.const 8)))
            (local.get 11))
          (i64.store offset=16400 align=1
            (i32.add
              (local.get 6)
              (i32.mul
                (local.get 7)
                (i32.const 8)))
            (local.get 12))
          (i32.store8 offset=32784
            (local.tee 14
              (i32.add
                (local.get 6)
                (i32.shr_u
                  (local.get 7)
                  (i32.const 3))))
            (i32.or
              (i32.load8_u offset=32784
                (local.get 14))
              (i32.shl
                (local.get 13)
                (i32.and
                  (local.get 7)
                  (i32.const 7)))))
          (local.set 7
            (i32.add
              (local.get 7)
              (i32.const 1)))
          (i32.store offset=4 align=1
            (local.get 6)
            (local.get 7))
          (i32.store offset=8 align=1
            (local.get 5)
            (i32.add
              (i32.load offset=8 align=1
                (local.get 5))
              (i32.const 1)))
          (br_if 0 (;@3;)
            (i32.lt_u
              (local.tee 3
                (i32.add
                  (local.get 3)
                  (i32.const 1)))
              (local.get 10))))
        (local.set 9
          (local.get 10))
        (br 0 (;@2;))))))
