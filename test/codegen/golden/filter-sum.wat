(module
  (type (;0;) (func (param i32 i32 i32)))
  (type (;1;) (func (param i32)))
  (type (;2;) (func (param i32 i32) (result i32)))
  (import "env" "memory" (memory (;0;) 0 65536 shared))
  (import "env" "reserve" (func (;0;) (type 2)))
  (func (;1;) (export "p0") (type 0) (param i32 i32 i32)
    (local i32 i32 i32 i32 i32 i64 i32 i64 v128 v128 i32 v128 v128 v128 v128 v128 i64 v128 i32 i32 v128 v128 v128 v128 v128 v128 v128 v128 i64)
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
        (i32.const 64)))
    (if  ;; label = @1
      (i32.load offset=8 align=1
        (local.get 7))
      (then
        (local.set 8
          (i64.load offset=16 align=1
            (local.get 7)))
        (local.set 9
          (i32.load8_u offset=32
            (local.get 7)))
        (local.set 10
          (i64.load offset=24 align=1
            (local.get 7))))
      (else
        (local.set 8
          (i64.const 0))
        (local.set 9
          (i32.const 0))
        (local.set 10
          (i64.const 0))))
    (local.set 11
      (i32x4.splat
        (local.get 3)))
    (local.set 13
      (i32.const 1))
    (local.set 12
      (i16x8.splat
        (i32.sub
          (i32.const 0)
          (local.get 13))))
    (local.set 14
      (v128.const i32x4 0x00000000 0x00000000 0x00000000 0x00000000))
    (local.set 15
      (v128.const i32x4 0x00000000 0x00000000 0x00000000 0x00000000))
    (local.set 16
      (v128.const i32x4 0x00000000 0x00000000 0x00000000 0x00000000))
    (local.set 17
      (v128.const i32x4 0x00000000 0x00000000 0x00000000 0x00000000))
    (local.set 18
      (v128.const i32x4 0x00000000 0x00000000 0x00000000 0x00000000))
    (local.set 20
      (v128.const i32x4 0x00000000 0x00000000 0x00000000 0x00000000))
    (local.set 19
      (i64.const 0))
    (local.set 4
      (local.get 1))
    (block  ;; label = @1
      (loop  ;; label = @2
        (local.set 21
          (i32.const 0))
        (block  ;; label = @3
          (br_if 0 (;@3;)
            (i32.lt_u
              (i32.sub
                (local.get 2)
                (local.get 4))
              (i32.const 16)))
          (local.set 13
            (local.get 2))
          (local.set 13
            (select
              (local.get 13)
              (i32.add
                (local.get 4)
                (i32.const 1024))
              (i32.lt_u
                (i32.sub
                  (local.get 13)
                  (local.get 4))
                (i32.const 1024))))
          (local.set 13
            (i32.add
              (i32.and
                (i32.sub
                  (local.get 13)
                  (local.get 4))
                (i32.const -16))
              (local.get 4)))
          (br_if 0 (;@3;)
            (i32.ge_u
              (local.get 4)
              (local.get 13)))
          (loop  ;; label = @4
            (local.set 22
              (i32.add
                (local.get 5)
                (i32.shl
                  (local.get 4)
                  (i32.const 1))))
            (local.set 23
              (v128.load16x4_s align=1
                (local.get 22)))
            (local.set 24
              (v128.load16x4_s offset=8 align=1
                (local.get 22)))
            (local.set 25
              (i32x4.gt_s
                (local.get 23)
                (local.get 11)))
            (local.set 26
              (i32x4.gt_s
                (local.get 24)
                (local.get 11)))
            (local.set 22
              (i32.add
                (local.get 6)
                (i32.shl
                  (local.get 4)
                  (i32.const 1))))
            (local.set 27
              (v128.load16x4_s align=1
                (local.get 22)))
            (local.set 28
              (v128.load16x4_s offset=8 align=1
                (local.get 22)))
            (local.set 29
              (v128.and
                (local.get 27)
                (local.get 25)))
            (local.set 30
              (v128.and
                (local.get 28)
                (local.get 26)))
            (local.set 14
              (i32x4.add
                (local.get 14)
                (local.get 29)))
            (local.set 15
              (i32x4.add
                (local.get 15)
                (local.get 30)))
            (local.set 18
              (v128.or
                (v128.or
                  (local.get 18)
                  (local.get 25))
                (local.get 26)))
            (local.set 20
              (i32x4.sub
                (local.get 20)
                (local.get 25)))
            (local.set 20
              (i32x4.sub
                (local.get 20)
                (local.get 26)))
            (local.set 22
              (i32.add
                (local.get 5)
                (i32.shl
                  (local.get 4)
                  (i32.const 1))))
            (local.set 28
              (v128.load16x4_s offset=16 align=1
                (local.get 22)))
            (local.set 27
              (v128.load16x4_s offset=24 align=1
                (local.get 22)))
            (local.set 24
              (i32x4.gt_s
                (local.get 28)
                (local.get 11)))
            (local.set 23
              (i32x4.gt_s
                (local.get 27)
                (local.get 11)))
            (local.set 22
              (i32.add
                (local.get 6)
                (i32.shl
                  (local.get 4)
                  (i32.const 1))))
            (local.set 26
              (v128.load16x4_s offset=16 align=1
                (local.get 22)))
            (local.set 25
              (v128.load16x4_s offset=24 align=1
                (local.get 22)))
            (local.set 30
              (v128.and
                (local.get 26)
                (local.get 24)))
            (local.set 29
              (v128.and
                (local.get 25)
                (local.get 23)))
            (local.set 14
              (i32x4.add
                (local.get 14)
                (local.get 30)))
            (local.set 15
              (i32x4.add
                (local.get 15)
                (local.get 29)))
            (local.set 18
              (v128.or
                (v128.or
                  (local.get 18)
                  (local.get 24))
                (local.get 23)))
            (local.set 20
              (i32x4.sub
                (local.get 20)
                (local.get 24)))
            (local.set 20
              (i32x4.sub
                (local.get 20)
                (local.get 23)))
            (br_if 0 (;@4;)
              (i32.lt_u
                (local.tee 4
                  (i32.add
                    (local.get 4)
                    (i32.const 16)))
                (local.get 13))))
          (local.set 21
            (i32.const 1)))
        (local.set 14
          (i32x4.add
            (local.get 14)
            (local.get 15)))
        (local.set 16
          (i64x2.add
            (local.get 16)
            (i64x2.extend_low_i32x4_s
              (local.get 14))))
        (local.set 17
          (i64x2.add
            (local.get 17)
            (i64x2.extend_high_i32x4_s
              (local.get 14))))
        (local.set 14
          (v128.const i32x4 0x00000000 0x00000000 0x00000000 0x00000000))
        (local.set 15
          (v128.const i32x4 0x00000000 0x00000000 0x00000000 0x00000000))
        (br_if 1 (;@1;)
          (i32.ge_u
            (local.get 4)
            (local.get 2)))
        (br_if 0 (;@2;)
          (local.get 21))
        (if  ;; label = @3
          (i32.gt_s
            (i32.load16_s align=1
              (i32.add
                (local.get 5)
                (i32.shl
                  (local.get 4)
                  (i32.const 1))))
            (local.get 3))
          (then
            (local.set 31
              (i64.add
                (local.get 8)
                (i64.extend_i32_s
                  (i32.load16_s align=1
                    (i32.add
                      (local.get 6)
                      (i32.shl
                        (local.get 4)
                        (i32.const 1)))))))
            (local.set 8
              (local.get 31))
            (local.set 22
              (i32.const 1))
            (local.set 9
              (local.get 22))
            (local.set 31
              (i64.add
                (local.get 10)
                (i64.const 1)))
            (local.set 10
              (local.get 31))))
        (local.set 4
          (i32.add
            (local.get 4)
            (i32.const 1)))
        (br 0 (;@2;))))
    (local.set 16
      (i64x2.add
        (local.get 16)
        (local.get 17)))
    (local.set 31
      (i64x2.extract_lane 0
        (local.get 16)))
    (local.set 8
      (i64.add
        (local.get 8)
        (local.get 31)))
    (local.set 31
      (i64x2.extract_lane 1
        (local.get 16)))
    (local.set 8
      (i64.add
        (local.get 8)
        (local.get 31)))
    (local.set 21
      (v128.any_true
        (local.get 18)))
    (local.set 9
      (i32.or
        (local.get 9)
        (local.get 21)))
    (local.set 31
      (local.get 19))
    (local.set 10
      (i64.add
        (local.get 10)
        (local.get 31)))
    (local.set 21
      (i32x4.extract_lane 0
        (local.get 20)))
    (local.set 10
      (i64.add
        (local.get 10)
        (i64.extend_i32_s
          (local.get 21))))
    (local.set 21
      (i32x4.extract_lane 1
        (local.get 20)))
    (local.set 10
      (i64.add
        (local.get 10)
        (i64.extend_i32_s
          (local.get 21))))
    (local.set 21
      (i32x4.extract_lane 2
        (local.get 20)))
    (local.set 10
      (i64.add
        (local.get 10)
        (i64.extend_i32_s
          (local.get 21))))
    (local.set 21
      (i32x4.extract_lane 3
        (local.get 20)))
    (local.set 10
      (i64.add
        (local.get 10)
        (i64.extend_i32_s
          (local.get 21))))
    (i64.store offset=16 align=1
      (local.get 7)
      (local.get 8))
    (i32.store8 offset=32
      (local.get 7)
      (local.get 9))
    (i64.store offset=24 align=1
      (local.get 7)
      (local.get 10))
    (i32.store offset=8 align=1
      (local.get 7)
      (i32.const 1)))
  (func (;2;) (export "f0") (type 1) (param i32)
    (local i32 i64 i32 i32 i32 i32 i32)
    (local.set 1
      (i32.add
        (local.get 0)
        (i32.const 64)))
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
        (local.set 3
          (i32.const 0))
        (i32.store8 offset=32
          (local.get 1)
          (local.get 3))
        (local.set 2
          (i64.const 0))
        (i64.store offset=24 align=1
          (local.get 1)
          (local.get 2))))
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
                (i32.const 64))))
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
                (local.set 7
                  (i32.or
                    (i32.load8_u offset=32
                      (local.get 1))
                    (i32.load8_u offset=32
                      (local.get 6))))
                (i32.store8 offset=32
                  (local.get 1)
                  (local.get 7))
                (local.set 2
                  (i64.add
                    (i64.load offset=24 align=1
                      (local.get 1))
                    (i64.load offset=24 align=1
                      (local.get 6))))
                (i64.store offset=24 align=1
                  (local.get 1)
                  (local.get 2))))))
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
          (i32.const 64)))
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
  (func (;3;) (export "p1") (type 0) (param i32 i32 i32)
    (local i32 i32 i32 i32 i32 i32 i32 i32 i64 i32 i32 i32)
    (local.set 5
      (i32.add
        (local.get 0)
        (i32.const 112)))
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
                    (call 0
                      (local.get 0)
                      (i32.const 24848))))
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
                  (i32.const 16400))
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
          (i64.load offset=16 align=1
            (local.get 4))
          (local.set 12
            (i32.load8_u offset=32
              (local.get 4)))
          (local.set 11)
          (local.set 13
            (i32.wrap_i64
              (i64.load offset=24 align=1
                (local.get 4))))
          (i64.store offset=16 align=1
            (i32.add
              (local.get 6)
              (i32.mul
                (local.get 7)
                (i32.const 8)))
            (local.get 11))
          (i32.store8 offset=16400
            (local.tee 14
              (i32.add
                (local.get 6)
                (i32.shr_u
                  (local.get 7)
                  (i32.const 3))))
            (i32.or
              (i32.load8_u offset=16400
                (local.get 14))
              (i32.shl
                (local.get 12)
                (i32.and
                  (local.get 7)
                  (i32.const 7)))))
          (i32.store offset=16656 align=1
            (i32.add
              (local.get 6)
              (i32.mul
                (local.get 7)
                (i32.const 4)))
            (local.get 13))
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
