(module
  (type (;0;) (func (param i32 i32 i32)))
  (type (;1;) (func (param i32 i32 i32 i32)))
  (type (;2;) (func (param i32 i32) (result i32)))
  (type (;3;) (func (param i32 i32 i32) (result i32)))
  (type (;4;) (func (param i32)))
  (import "env" "memory" (memory (;0;) 0 65536 shared))
  (import "env" "reserve" (func (;0;) (type 2)))
  (func (;1;) (export "p0") (type 0) (param i32 i32 i32)
    (local i32 i32 i32 i32)
    (block  ;; label = @1
      (br_if 0 (;@1;)
        (i32.ge_u
          (local.tee 3
            (local.get 1))
          (local.get 2)))
      (local.set 6
        (call 4
          (local.get 0)
          (local.get 3)
          (select
            (i32.add
              (local.get 3)
              (i32.const 1024))
            (local.get 2)
            (i32.lt_u
              (i32.add
                (local.get 3)
                (i32.const 1024))
              (local.get 2)))))
      (loop  ;; label = @2
        (local.set 4
          (local.get 3))
        (local.set 5
          (local.get 6))
        (loop  ;; label = @3
          (if  ;; label = @4
            (i32.lt_u
              (local.tee 3
                (select
                  (i32.add
                    (local.get 3)
                    (i32.const 1024))
                  (local.get 2)
                  (i32.lt_u
                    (i32.add
                      (local.get 3)
                      (i32.const 1024))
                    (local.get 2))))
              (local.get 2))
            (then
              (br_if 1 (;@3;)
                (i32.eq
                  (local.tee 6
                    (call 4
                      (local.get 0)
                      (local.get 3)
                      (select
                        (i32.add
                          (local.get 3)
                          (i32.const 1024))
                        (local.get 2)
                        (i32.lt_u
                          (i32.add
                            (local.get 3)
                            (i32.const 1024))
                          (local.get 2)))))
                  (local.get 5))))))
        (if  ;; label = @3
          (local.get 5)
          (then
            (call 3
              (local.get 0)
              (local.get 4)
              (local.get 3)
              (local.get 1)))
          (else
            (call 2
              (local.get 0)
              (local.get 4)
              (local.get 3)
              (local.get 1))))
        (br_if 0 (;@2;)
          (i32.lt_u
            (local.get 3)
            (local.get 2))))))
  (func (;2;) (type 1) (param i32 i32 i32 i32)
    (local i32 i32 i32 i32 i32 i32 i32 i32 i32 i64 i32 v128 v128 v128 v128 v128 i32 v128 v128 v128 v128 v128 v128 v128 v128 i32 i32 i32 i32 i32 i32 i32 v128 v128 v128 v128 i64 i32 i32)
    (local.set 5
      (i32.load offset=16 align=1
        (i32.load offset=16 align=1
          (local.get 0))))
    (local.set 6
      (i32.load offset=20 align=1
        (i32.load offset=16 align=1
          (local.get 0))))
    (local.set 7
      (i32.load align=1
        (i32.load offset=16 align=1
          (local.get 0))))
    (local.set 8
      (i32.load offset=32 align=1
        (i32.load offset=16 align=1
          (local.get 0))))
    (local.set 9
      (i32.add
        (local.get 0)
        (i32.const 64)))
    (if  ;; label = @1
      (i32.eqz
        (local.tee 10
          (i32.load offset=24 align=1
            (local.get 9))))
      (then
        (if  ;; label = @2
          (i32.eqz
            (local.tee 10
              (call 0
                (local.get 0)
                (i32.const 7792))))
          (then
            (i32.store align=1
              (local.get 0)
              (i32.const 5))
            (i32.store offset=4 align=1
              (local.get 0)
              (i32.const 0))
            (unreachable)))
        (memory.fill
          (i32.add
            (local.get 10)
            (i32.const 7552))
          (i32.const 0)
          (i32.const 240))
        (local.set 12
          (local.get 10))
        (loop  ;; label = @2
          (local.set 13
            (i64.const 0))
          (i64.store align=1
            (local.get 12)
            (local.get 13))
          (local.set 13
            (i64.const 0))
          (i64.store offset=8 align=1
            (local.get 12)
            (local.get 13))
          (local.set 13
            (i64.const 0))
          (i64.store offset=16 align=1
            (local.get 12)
            (local.get 13))
          (local.set 14
            (i32.const 0))
          (i32.store8 offset=28
            (local.get 12)
            (local.get 14))
          (local.set 14
            (i32.const -2147483648))
          (i32.store offset=24 align=1
            (local.get 12)
            (local.get 14))
          (br_if 0 (;@2;)
            (i32.lt_u
              (i32.sub
                (local.tee 12
                  (i32.add
                    (local.get 12)
                    (i32.const 32)))
                (local.get 10))
              (i32.const 7552))))
        (i32.store offset=24 align=1
          (local.get 9)
          (local.get 10))
        (i32.store offset=28 align=1
          (local.get 9)
          (i32.add
            (local.get 10)
            (i32.const 7552)))))
    (local.set 11
      (i32.add
        (local.get 10)
        (i32.const 7552)))
    (local.set 15
      (i64x2.splat
        (i64.const 1)))
    (local.set 16
      (i64x2.splat
        (i64.const 0)))
    (local.set 17
      (v128.const i32x4 0x00020001 0x00080004 0x00200010 0x00800040))
    (local.set 18
      (v128.const i32x4 0x000000e8 0x000000e9 0x000000ea 0x000000eb))
    (local.set 19
      (i32x4.splat
        (local.get 10)))
    (local.set 4
      (local.get 1))
    (block  ;; label = @1
      (loop  ;; label = @2
        (local.set 14
          (i32.const 0))
        (block  ;; label = @3
          (br_if 0 (;@3;)
            (i32.eqz
              (i32.eqz
                (i32.and
                  (local.get 4)
                  (i32.const 7)))))
          (br_if 0 (;@3;)
            (i32.lt_u
              (i32.sub
                (local.get 2)
                (local.get 4))
              (i32.const 8)))
          (local.set 12
            (local.get 2))
          (local.set 12
            (i32.add
              (i32.and
                (i32.sub
                  (local.get 12)
                  (local.get 4))
                (i32.const -8))
              (local.get 4)))
          (br_if 0 (;@3;)
            (i32.ge_u
              (local.get 4)
              (local.get 12)))
          (loop  ;; label = @4
            (local.set 20
              (i32.add
                (local.get 5)
                (i32.shl
                  (local.get 4)
                  (i32.const 1))))
            (local.set 21
              (v128.load16x4_s align=1
                (local.get 20)))
            (local.set 22
              (v128.load16x4_s offset=8 align=1
                (local.get 20)))
            (local.set 23
              (i16x8.eq
                (v128.and
                  (v128.load8_splat
                    (i32.add
                      (local.get 6)
                      (i32.shr_u
                        (local.get 4)
                        (i32.const 3))))
                  (local.get 17))
                (local.get 17)))
            (local.set 24
              (v128.load8x8_u align=1
                (i32.add
                  (local.get 7)
                  (local.get 4))))
            (local.set 25
              (i32x4.extend_low_i16x8_u
                (local.get 24)))
            (local.set 26
              (i32x4.extend_high_i16x8_u
                (local.get 24)))
            (local.set 27
              (i32x4.add
                (i32x4.shl
                  (local.get 25)
                  (i32.const 5))
                (local.get 19)))
            (local.set 28
              (i32x4.add
                (i32x4.shl
                  (local.get 26)
                  (i32.const 5))
                (local.get 19)))
            (local.set 20
              (i32.wrap_i64
                (local.tee 13
                  (i64x2.extract_lane 0
                    (local.get 27)))))
            (local.set 29
              (i32.wrap_i64
                (i64.shr_u
                  (local.get 13)
                  (i64.const 32))))
            (local.set 30
              (i32.wrap_i64
                (local.tee 13
                  (i64x2.extract_lane 1
                    (local.get 27)))))
            (local.set 31
              (i32.wrap_i64
                (i64.shr_u
                  (local.get 13)
                  (i64.const 32))))
            (local.set 32
              (i32.wrap_i64
                (local.tee 13
                  (i64x2.extract_lane 0
                    (local.get 28)))))
            (local.set 33
              (i32.wrap_i64
                (i64.shr_u
                  (local.get 13)
                  (i64.const 32))))
            (local.set 34
              (i32.wrap_i64
                (local.tee 13
                  (i64x2.extract_lane 1
                    (local.get 28)))))
            (local.set 35
              (i32.wrap_i64
                (i64.shr_u
                  (local.get 13)
                  (i64.const 32))))
            (local.set 28
              (i32x4.extend_low_i16x8_s
                (local.get 23)))
            (local.set 27
              (i32x4.extend_high_i16x8_s
                (local.get 23)))
            (local.set 36
              (v128.and
                (local.get 21)
                (local.get 28)))
            (local.set 37
              (v128.and
                (local.get 22)
                (local.get 27)))
            (local.set 27
              (i64x2.extend_low_i32x4_s
                (local.get 36)))
            (local.set 28
              (i64x2.extend_high_i32x4_s
                (local.get 36)))
            (local.set 38
              (i64x2.extend_low_i32x4_s
                (local.get 37)))
            (local.set 39
              (i64x2.extend_high_i32x4_s
                (local.get 37)))
            (v128.store align=1
              (local.get 20)
              (i64x2.add
                (v128.load align=1
                  (local.get 20))
                (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
                  (local.get 15)
                  (local.get 27))))
            (v128.store align=1
              (local.get 29)
              (i64x2.add
                (v128.load align=1
                  (local.get 29))
                (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31
                  (local.get 15)
                  (local.get 27))))
            (v128.store align=1
              (local.get 30)
              (i64x2.add
                (v128.load align=1
                  (local.get 30))
                (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
                  (local.get 15)
                  (local.get 28))))
            (v128.store align=1
              (local.get 31)
              (i64x2.add
                (v128.load align=1
                  (local.get 31))
                (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31
                  (local.get 15)
                  (local.get 28))))
            (v128.store align=1
              (local.get 32)
              (i64x2.add
                (v128.load align=1
                  (local.get 32))
                (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
                  (local.get 15)
                  (local.get 38))))
            (v128.store align=1
              (local.get 33)
              (i64x2.add
                (v128.load align=1
                  (local.get 33))
                (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31
                  (local.get 15)
                  (local.get 38))))
            (v128.store align=1
              (local.get 34)
              (i64x2.add
                (v128.load align=1
                  (local.get 34))
                (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
                  (local.get 15)
                  (local.get 39))))
            (v128.store align=1
              (local.get 35)
              (i64x2.add
                (v128.load align=1
                  (local.get 35))
                (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31
                  (local.get 15)
                  (local.get 39))))
            (local.set 39
              (i32x4.extend_low_i16x8_s
                (local.get 23)))
            (local.set 38
              (i32x4.extend_high_i16x8_s
                (local.get 23)))
            (local.set 28
              (i32x4.shr_u
                (local.get 39)
                (i32.const 31)))
            (local.set 27
              (i32x4.shr_u
                (local.get 38)
                (i32.const 31)))
            (local.set 38
              (i64x2.extend_low_i32x4_s
                (local.get 28)))
            (local.set 39
              (i64x2.extend_high_i32x4_s
                (local.get 28)))
            (local.set 37
              (i64x2.extend_low_i32x4_s
                (local.get 27)))
            (local.set 36
              (i64x2.extend_high_i32x4_s
                (local.get 27)))
            (local.set 13
              (i64x2.extract_lane 0
                (local.get 38)))
            (local.set 40
              (i64.add
                (i64.load offset=16 align=1
                  (local.get 20))
                (local.get 13)))
            (i64.store offset=16 align=1
              (local.get 20)
              (local.get 40))
            (local.set 13
              (i64x2.extract_lane 1
                (local.get 38)))
            (local.set 40
              (i64.add
                (i64.load offset=16 align=1
                  (local.get 29))
                (local.get 13)))
            (i64.store offset=16 align=1
              (local.get 29)
              (local.get 40))
            (local.set 13
              (i64x2.extract_lane 0
                (local.get 39)))
            (local.set 40
              (i64.add
                (i64.load offset=16 align=1
                  (local.get 30))
                (local.get 13)))
            (i64.store offset=16 align=1
              (local.get 30)
              (local.get 40))
            (local.set 13
              (i64x2.extract_lane 1
                (local.get 39)))
            (local.set 40
              (i64.add
                (i64.load offset=16 align=1
                  (local.get 31))
                (local.get 13)))
            (i64.store offset=16 align=1
              (local.get 31)
              (local.get 40))
            (local.set 13
              (i64x2.extract_lane 0
                (local.get 37)))
            (local.set 40
              (i64.add
                (i64.load offset=16 align=1
                  (local.get 32))
                (local.get 13)))
            (i64.store offset=16 align=1
              (local.get 32)
              (local.get 40))
            (local.set 13
              (i64x2.extract_lane 1
                (local.get 37)))
            (local.set 40
              (i64.add
                (i64.load offset=16 align=1
                  (local.get 33))
                (local.get 13)))
            (i64.store offset=16 align=1
              (local.get 33)
              (local.get 40))
            (local.set 13
              (i64x2.extract_lane 0
                (local.get 36)))
            (local.set 40
              (i64.add
                (i64.load offset=16 align=1
                  (local.get 34))
                (local.get 13)))
            (i64.store offset=16 align=1
              (local.get 34)
              (local.get 40))
            (local.set 13
              (i64x2.extract_lane 1
                (local.get 36)))
            (local.set 40
              (i64.add
                (i64.load offset=16 align=1
                  (local.get 35))
                (local.get 13)))
            (i64.store offset=16 align=1
              (local.get 35)
              (local.get 40))
            (local.set 41
              (i32.add
                (local.get 8)
                (i32.shl
                  (local.get 4)
                  (i32.const 1))))
            (local.set 36
              (v128.load16x4_s align=1
                (local.get 41)))
            (local.set 37
              (v128.load16x4_s offset=8 align=1
                (local.get 41)))
            (local.set 41
              (i32x4.extract_lane 0
                (local.get 36)))
            (local.set 42
              (i32.load offset=24 align=1
                (local.get 20)))
            (local.set 42
              (select
                (local.get 42)
                (local.get 41)
                (i32.gt_s
                  (local.get 42)
                  (local.get 41))))
            (i32.store offset=24 align=1
              (local.get 20)
              (local.get 42))
            (local.set 41
              (i32x4.extract_lane 1
                (local.get 36)))
            (local.set 42
              (i32.load offset=24 align=1
                (local.get 29)))
            (local.set 42
              (select
                (local.get 42)
                (local.get 41)
                (i32.gt_s
                  (local.get 42)
                  (local.get 41))))
            (i32.store offset=24 align=1
              (local.get 29)
              (local.get 42))
            (local.set 41
              (i32x4.extract_lane 2
                (local.get 36)))
            (local.set 42
              (i32.load offset=24 align=1
                (local.get 30)))
            (local.set 42
              (select
                (local.get 42)
                (local.get 41)
                (i32.gt_s
                  (local.get 42)
                  (local.get 41))))
            (i32.store offset=24 align=1
              (local.get 30)
              (local.get 42))
            (local.set 41
              (i32x4.extract_lane 3
                (local.get 36)))
            (local.set 42
              (i32.load offset=24 align=1
                (local.get 31)))
            (local.set 42
              (select
                (local.get 42)
                (local.get 41)
                (i32.gt_s
                  (local.get 42)
                  (local.get 41))))
            (i32.store offset=24 align=1
              (local.get 31)
              (local.get 42))
            (local.set 41
              (i32x4.extract_lane 0
                (local.get 37)))
            (local.set 42
              (i32.load offset=24 align=1
                (local.get 32)))
            (local.set 42
              (select
                (local.get 42)
                (local.get 41)
                (i32.gt_s
                  (local.get 42)
                  (local.get 41))))
            (i32.store offset=24 align=1
              (local.get 32)
              (local.get 42))
            (local.set 41
              (i32x4.extract_lane 1
                (local.get 37)))
            (local.set 42
              (i32.load offset=24 align=1
                (local.get 33)))
            (local.set 42
              (select
                (local.get 42)
                (local.get 41)
                (i32.gt_s
                  (local.get 42)
                  (local.get 41))))
            (i32.store offset=24 align=1
              (local.get 33)
              (local.get 42))
            (local.set 41
              (i32x4.extract_lane 2
                (local.get 37)))
            (local.set 42
              (i32.load offset=24 align=1
                (local.get 34)))
            (local.set 42
              (select
                (local.get 42)
                (local.get 41)
                (i32.gt_s
                  (local.get 42)
                  (local.get 41))))
            (i32.store offset=24 align=1
              (local.get 34)
              (local.get 42))
            (local.set 41
              (i32x4.extract_lane 3
                (local.get 37)))
            (local.set 42
              (i32.load offset=24 align=1
                (local.get 35)))
            (local.set 42
              (select
                (local.get 42)
                (local.get 41)
                (i32.gt_s
                  (local.get 42)
                  (local.get 41))))
            (i32.store offset=24 align=1
              (local.get 35)
              (local.get 42))
            (local.set 39
              (i32x4.extend_low_i16x8_s
                (local.get 23)))
            (local.set 38
              (i32x4.extend_high_i16x8_s
                (local.get 23)))
            (local.set 41
              (i32.and
                (i32x4.extract_lane 0
                  (local.get 39))
                (i32.const 1)))
            (local.set 42
              (i32.or
                (i32.load8_u offset=28
                  (local.get 20))
                (local.get 41)))
            (i32.store8 offset=28
              (local.get 20)
              (local.get 42))
            (local.set 41
              (i32.and
                (i32x4.extract_lane 1
                  (local.get 39))
                (i32.const 1)))
            (local.set 42
              (i32.or
                (i32.load8_u offset=28
                  (local.get 29))
                (local.get 41)))
            (i32.store8 offset=28
              (local.get 29)
              (local.get 42))
            (local.set 41
              (i32.and
                (i32x4.extract_lane 2
                  (local.get 39))
                (i32.const 1)))
            (local.set 42
              (i32.or
                (i32.load8_u offset=28
                  (local.get 30))
                (local.get 41)))
            (i32.store8 offset=28
              (local.get 30)
              (local.get 42))
            (local.set 41
              (i32.and
                (i32x4.extract_lane 3
                  (local.get 39))
                (i32.const 1)))
            (local.set 42
              (i32.or
                (i32.load8_u offset=28
                  (local.get 31))
                (local.get 41)))
            (i32.store8 offset=28
              (local.get 31)
              (local.get 42))
            (local.set 41
              (i32.and
                (i32x4.extract_lane 0
                  (local.get 38))
                (i32.const 1)))
            (local.set 42
              (i32.or
                (i32.load8_u offset=28
                  (local.get 32))
                (local.get 41)))
            (i32.store8 offset=28
              (local.get 32)
              (local.get 42))
            (local.set 41
              (i32.and
                (i32x4.extract_lane 1
                  (local.get 38))
                (i32.const 1)))
            (local.set 42
              (i32.or
                (i32.load8_u offset=28
                  (local.get 33))
                (local.get 41)))
            (i32.store8 offset=28
              (local.get 33)
              (local.get 42))
            (local.set 41
              (i32.and
                (i32x4.extract_lane 2
                  (local.get 38))
                (i32.const 1)))
            (local.set 42
              (i32.or
                (i32.load8_u offset=28
                  (local.get 34))
                (local.get 41)))
            (i32.store8 offset=28
              (local.get 34)
              (local.get 42))
            (local.set 41
              (i32.and
                (i32x4.extract_lane 3
                  (local.get 38))
                (i32.const 1)))
            (local.set 42
              (i32.or
                (i32.load8_u offset=28
                  (local.get 35))
                (local.get 41)))
            (i32.store8 offset=28
              (local.get 35)
              (local.get 42))
            (br_if 0 (;@4;)
              (i32.lt_u
                (local.tee 4
                  (i32.add
                    (local.get 4)
                    (i32.const 8)))
                (local.get 12))))
          (local.set 14
            (i32.const 1)))
        (br_if 1 (;@1;)
          (i32.ge_u
            (local.get 4)
            (local.get 2)))
        (br_if 0 (;@2;)
          (local.get 14))
        (i32.load16_s align=1
          (i32.add
            (local.get 5)
            (i32.shl
              (local.get 4)
              (i32.const 1))))
        (local.set 34
          (i32.and
            (i32.shr_u
              (i32.load8_u
                (i32.add
                  (local.get 6)
                  (i32.shr_u
                    (local.get 4)
                    (i32.const 3))))
              (i32.and
                (local.get 4)
                (i32.const 7)))
            (i32.const 1)))
        (local.set 35)
        (local.set 33
          (local.get 34))
        (local.set 32
          (i32.load8_u
            (i32.add
              (local.get 7)
              (local.get 4))))
        (local.set 31
          (local.get 32))
        (local.set 31
          (i32.add
            (i32.mul
              (local.get 31)
              (i32.const 32))
            (local.get 10)))
        (local.get 31)
        (i64x2.splat
          (i64.const 1))
        (local.get 35)
        (drop
          (local.get 34))
        (v128.store align=1
          (select
            (i64.extend_i32_s)
            (i64.const 0)
            (local.get 33))
          (i64x2.add
            (i64x2.replace_lane 1)
            (v128.load align=1
              (local.get 31))))
        (local.set 13
          (i64.add
            (i64.load offset=16 align=1
              (local.get 31))
            (i64.extend_i32_s
              (local.get 33))))
        (i64.store offset=16 align=1
          (local.get 31)
          (local.get 13))
        (local.set 30
          (i32.or
            (i32.load8_u offset=28
              (local.get 31))
            (local.get 33)))
        (i32.store8 offset=28
          (local.get 31)
          (local.get 30))
        (local.set 30
          (i32.load offset=24 align=1
            (local.get 31)))
        (local.set 29
          (i32.load16_s align=1
            (i32.add
              (local.get 8)
              (i32.shl
                (local.get 4)
                (i32.const 1)))))
        (local.set 30
          (select
            (local.get 30)
            (local.get 29)
            (i32.gt_s
              (local.get 30)
              (local.get 29))))
        (i32.store offset=24 align=1
          (local.get 31)
          (local.get 30))
        (local.set 4
          (i32.add
            (local.get 4)
            (i32.const 1)))
        (br 0 (;@2;)))))
  (func (;3;) (type 1) (param i32 i32 i32 i32)
    (local i32 i32 i32 i32 i32 i32 i32 i32 i64 i32 v128 v128 v128 v128 v128 v128 v128 v128 v128 i32 i32 i32 i32 i32 i32 i32 i32 i32 v128 v128 v128 v128 i64 i32)
    (local.set 5
      (i32.load align=1
        (i32.load offset=16 align=1
          (local.get 0))))
    (local.set 6
      (i32.load offset=16 align=1
        (i32.load offset=16 align=1
          (local.get 0))))
    (local.set 7
      (i32.load offset=32 align=1
        (i32.load offset=16 align=1
          (local.get 0))))
    (local.set 8
      (i32.add
        (local.get 0)
        (i32.const 64)))
    (if  ;; label = @1
      (i32.eqz
        (local.tee 9
          (i32.load offset=24 align=1
            (local.get 8))))
      (then
        (if  ;; label = @2
          (i32.eqz
            (local.tee 9
              (call 0
                (local.get 0)
                (i32.const 7792))))
          (then
            (i32.store align=1
              (local.get 0)
              (i32.const 5))
            (i32.store offset=4 align=1
              (local.get 0)
              (i32.const 0))
            (unreachable)))
        (memory.fill
          (i32.add
            (local.get 9)
            (i32.const 7552))
          (i32.const 0)
          (i32.const 240))
        (local.set 11
          (local.get 9))
        (loop  ;; label = @2
          (local.set 12
            (i64.const 0))
          (i64.store align=1
            (local.get 11)
            (local.get 12))
          (local.set 12
            (i64.const 0))
          (i64.store offset=8 align=1
            (local.get 11)
            (local.get 12))
          (local.set 12
            (i64.const 0))
          (i64.store offset=16 align=1
            (local.get 11)
            (local.get 12))
          (local.set 13
            (i32.const 0))
          (i32.store8 offset=28
            (local.get 11)
            (local.get 13))
          (local.set 13
            (i32.const -2147483648))
          (i32.store offset=24 align=1
            (local.get 11)
            (local.get 13))
          (br_if 0 (;@2;)
            (i32.lt_u
              (i32.sub
                (local.tee 11
                  (i32.add
                    (local.get 11)
                    (i32.const 32)))
                (local.get 9))
              (i32.const 7552))))
        (i32.store offset=24 align=1
          (local.get 8)
          (local.get 9))
        (i32.store offset=28 align=1
          (local.get 8)
          (i32.add
            (local.get 9)
            (i32.const 7552)))))
    (local.set 10
      (i32.add
        (local.get 9)
        (i32.const 7552)))
    (local.set 14
      (i64x2.splat
        (i64.const 1)))
    (local.set 11
      (i32.const 1))
    (local.set 15
      (i16x8.splat
        (i32.sub
          (i32.const 0)
          (local.get 11))))
    (local.set 16
      (v128.const i32x4 0x000000e8 0x000000e9 0x000000ea 0x000000eb))
    (local.set 17
      (i32x4.splat
        (local.get 9)))
    (local.set 4
      (local.get 1))
    (block  ;; label = @1
      (loop  ;; label = @2
        (local.set 13
          (i32.const 0))
        (block  ;; label = @3
          (br_if 0 (;@3;)
            (i32.lt_u
              (i32.sub
                (local.get 2)
                (local.get 4))
              (i32.const 8)))
          (local.set 11
            (local.get 2))
          (local.set 11
            (i32.add
              (i32.and
                (i32.sub
                  (local.get 11)
                  (local.get 4))
                (i32.const -8))
              (local.get 4)))
          (br_if 0 (;@3;)
            (i32.ge_u
              (local.get 4)
              (local.get 11)))
          (loop  ;; label = @4
            (local.set 18
              (v128.load8x8_u align=1
                (i32.add
                  (local.get 5)
                  (local.get 4))))
            (local.set 19
              (i32x4.extend_low_i16x8_u
                (local.get 18)))
            (local.set 20
              (i32x4.extend_high_i16x8_u
                (local.get 18)))
            (local.set 21
              (i32x4.add
                (i32x4.shl
                  (local.get 19)
                  (i32.const 5))
                (local.get 17)))
            (local.set 22
              (i32x4.add
                (i32x4.shl
                  (local.get 20)
                  (i32.const 5))
                (local.get 17)))
            (local.set 23
              (i32.wrap_i64
                (local.tee 12
                  (i64x2.extract_lane 0
                    (local.get 21)))))
            (local.set 24
              (i32.wrap_i64
                (i64.shr_u
                  (local.get 12)
                  (i64.const 32))))
            (local.set 25
              (i32.wrap_i64
                (local.tee 12
                  (i64x2.extract_lane 1
                    (local.get 21)))))
            (local.set 26
              (i32.wrap_i64
                (i64.shr_u
                  (local.get 12)
                  (i64.const 32))))
            (local.set 27
              (i32.wrap_i64
                (local.tee 12
                  (i64x2.extract_lane 0
                    (local.get 22)))))
            (local.set 28
              (i32.wrap_i64
                (i64.shr_u
                  (local.get 12)
                  (i64.const 32))))
            (local.set 29
              (i32.wrap_i64
                (local.tee 12
                  (i64x2.extract_lane 1
                    (local.get 22)))))
            (local.set 30
              (i32.wrap_i64
                (i64.shr_u
                  (local.get 12)
                  (i64.const 32))))
            (local.set 31
              (i32.add
                (local.get 6)
                (i32.shl
                  (local.get 4)
                  (i32.const 1))))
            (local.set 22
              (v128.load16x4_s align=1
                (local.get 31)))
            (local.set 21
              (v128.load16x4_s offset=8 align=1
                (local.get 31)))
            (local.set 32
              (i64x2.extend_low_i32x4_s
                (local.get 22)))
            (local.set 33
              (i64x2.extend_high_i32x4_s
                (local.get 22)))
            (local.set 34
              (i64x2.extend_low_i32x4_s
                (local.get 21)))
            (local.set 35
              (i64x2.extend_high_i32x4_s
                (local.get 21)))
            (v128.store align=1
              (local.get 23)
              (i64x2.add
                (v128.load align=1
                  (local.get 23))
                (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
                  (local.get 14)
                  (local.get 32))))
            (v128.store align=1
              (local.get 24)
              (i64x2.add
                (v128.load align=1
                  (local.get 24))
                (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31
                  (local.get 14)
                  (local.get 32))))
            (v128.store align=1
              (local.get 25)
              (i64x2.add
                (v128.load align=1
                  (local.get 25))
                (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
                  (local.get 14)
                  (local.get 33))))
            (v128.store align=1
              (local.get 26)
              (i64x2.add
                (v128.load align=1
                  (local.get 26))
                (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31
                  (local.get 14)
                  (local.get 33))))
            (v128.store align=1
              (local.get 27)
              (i64x2.add
                (v128.load align=1
                  (local.get 27))
                (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
                  (local.get 14)
                  (local.get 34))))
            (v128.store align=1
              (local.get 28)
              (i64x2.add
                (v128.load align=1
                  (local.get 28))
                (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31
                  (local.get 14)
                  (local.get 34))))
            (v128.store align=1
              (local.get 29)
              (i64x2.add
                (v128.load align=1
                  (local.get 29))
                (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
                  (local.get 14)
                  (local.get 35))))
            (v128.store align=1
              (local.get 30)
              (i64x2.add
                (v128.load align=1
                  (local.get 30))
                (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31
                  (local.get 14)
                  (local.get 35))))
            (local.set 12
              (i64x2.extract_lane 0
                (local.get 14)))
            (local.set 36
              (i64.add
                (i64.load offset=16 align=1
                  (local.get 23))
                (local.get 12)))
            (i64.store offset=16 align=1
              (local.get 23)
              (local.get 36))
            (local.set 12
              (i64x2.extract_lane 1
                (local.get 14)))
            (local.set 36
              (i64.add
                (i64.load offset=16 align=1
                  (local.get 24))
                (local.get 12)))
            (i64.store offset=16 align=1
              (local.get 24)
              (local.get 36))
            (local.set 12
              (i64x2.extract_lane 0
                (local.get 14)))
            (local.set 36
              (i64.add
                (i64.load offset=16 align=1
                  (local.get 25))
                (local.get 12)))
            (i64.store offset=16 align=1
              (local.get 25)
              (local.get 36))
            (local.set 12
              (i64x2.extract_lane 1
                (local.get 14)))
            (local.set 36
              (i64.add
                (i64.load offset=16 align=1
                  (local.get 26))
                (local.get 12)))
            (i64.store offset=16 align=1
              (local.get 26)
              (local.get 36))
            (local.set 12
              (i64x2.extract_lane 0
                (local.get 14)))
            (local.set 36
              (i64.add
                (i64.load offset=16 align=1
                  (local.get 27))
                (local.get 12)))
            (i64.store offset=16 align=1
              (local.get 27)
              (local.get 36))
            (local.set 12
              (i64x2.extract_lane 1
                (local.get 14)))
            (local.set 36
              (i64.add
                (i64.load offset=16 align=1
                  (local.get 28))
                (local.get 12)))
            (i64.store offset=16 align=1
              (local.get 28)
              (local.get 36))
            (local.set 12
              (i64x2.extract_lane 0
                (local.get 14)))
            (local.set 36
              (i64.add
                (i64.load offset=16 align=1
                  (local.get 29))
                (local.get 12)))
            (i64.store offset=16 align=1
              (local.get 29)
              (local.get 36))
            (local.set 12
              (i64x2.extract_lane 1
                (local.get 14)))
            (local.set 36
              (i64.add
                (i64.load offset=16 align=1
                  (local.get 30))
                (local.get 12)))
            (i64.store offset=16 align=1
              (local.get 30)
              (local.get 36))
            (local.set 31
              (i32.add
                (local.get 7)
                (i32.shl
                  (local.get 4)
                  (i32.const 1))))
            (local.set 35
              (v128.load16x4_s align=1
                (local.get 31)))
            (local.set 34
              (v128.load16x4_s offset=8 align=1
                (local.get 31)))
            (local.set 31
              (i32x4.extract_lane 0
                (local.get 35)))
            (local.set 37
              (i32.load offset=24 align=1
                (local.get 23)))
            (local.set 37
              (select
                (local.get 37)
                (local.get 31)
                (i32.gt_s
                  (local.get 37)
                  (local.get 31))))
            (i32.store offset=24 align=1
              (local.get 23)
              (local.get 37))
            (local.set 31
              (i32x4.extract_lane 1
                (local.get 35)))
            (local.set 37
              (i32.load offset=24 align=1
                (local.get 24)))
            (local.set 37
              (select
                (local.get 37)
                (local.get 31)
                (i32.gt_s
                  (local.get 37)
                  (local.get 31))))
            (i32.store offset=24 align=1
              (local.get 24)
              (local.get 37))
            (local.set 31
              (i32x4.extract_lane 2
                (local.get 35)))
            (local.set 37
              (i32.load offset=24 align=1
                (local.get 25)))
            (local.set 37
              (select
                (local.get 37)
                (local.get 31)
                (i32.gt_s
                  (local.get 37)
                  (local.get 31))))
            (i32.store offset=24 align=1
              (local.get 25)
              (local.get 37))
            (local.set 31
              (i32x4.extract_lane 3
                (local.get 35)))
            (local.set 37
              (i32.load offset=24 align=1
                (local.get 26)))
            (local.set 37
              (select
                (local.get 37)
                (local.get 31)
                (i32.gt_s
                  (local.get 37)
                  (local.get 31))))
            (i32.store offset=24 align=1
              (local.get 26)
              (local.get 37))
            (local.set 31
              (i32x4.extract_lane 0
                (local.get 34)))
            (local.set 37
              (i32.load offset=24 align=1
                (local.get 27)))
            (local.set 37
              (select
                (local.get 37)
                (local.get 31)
                (i32.gt_s
                  (local.get 37)
                  (local.get 31))))
            (i32.store offset=24 align=1
              (local.get 27)
              (local.get 37))
            (local.set 31
              (i32x4.extract_lane 1
                (local.get 34)))
            (local.set 37
              (i32.load offset=24 align=1
                (local.get 28)))
            (local.set 37
              (select
                (local.get 37)
                (local.get 31)
                (i32.gt_s
                  (local.get 37)
                  (local.get 31))))
            (i32.store offset=24 align=1
              (local.get 28)
              (local.get 37))
            (local.set 31
              (i32x4.extract_lane 2
                (local.get 34)))
            (local.set 37
              (i32.load offset=24 align=1
                (local.get 29)))
            (local.set 37
              (select
                (local.get 37)
                (local.get 31)
                (i32.gt_s
                  (local.get 37)
                  (local.get 31))))
            (i32.store offset=24 align=1
              (local.get 29)
              (local.get 37))
            (local.set 31
              (i32x4.extract_lane 3
                (local.get 34)))
            (local.set 37
              (i32.load offset=24 align=1
                (local.get 30)))
            (local.set 37
              (select
                (local.get 37)
                (local.get 31)
                (i32.gt_s
                  (local.get 37)
                  (local.get 31))))
            (i32.store offset=24 align=1
              (local.get 30)
              (local.get 37))
            (local.set 33
              (i32x4.extend_low_i16x8_s
                (local.get 15)))
            (local.set 32
              (i32x4.extend_high_i16x8_s
                (local.get 15)))
            (local.set 31
              (i32.and
                (i32x4.extract_lane 0
                  (local.get 33))
                (i32.const 1)))
            (local.set 37
              (i32.or
                (i32.load8_u offset=28
                  (local.get 23))
                (local.get 31)))
            (i32.store8 offset=28
              (local.get 23)
              (local.get 37))
            (local.set 31
              (i32.and
                (i32x4.extract_lane 1
                  (local.get 33))
                (i32.const 1)))
            (local.set 37
              (i32.or
                (i32.load8_u offset=28
                  (local.get 24))
                (local.get 31)))
            (i32.store8 offset=28
              (local.get 24)
              (local.get 37))
            (local.set 31
              (i32.and
                (i32x4.extract_lane 2
                  (local.get 33))
                (i32.const 1)))
            (local.set 37
              (i32.or
                (i32.load8_u offset=28
                  (local.get 25))
                (local.get 31)))
            (i32.store8 offset=28
              (local.get 25)
              (local.get 37))
            (local.set 31
              (i32.and
                (i32x4.extract_lane 3
                  (local.get 33))
                (i32.const 1)))
            (local.set 37
              (i32.or
                (i32.load8_u offset=28
                  (local.get 26))
                (local.get 31)))
            (i32.store8 offset=28
              (local.get 26)
              (local.get 37))
            (local.set 31
              (i32.and
                (i32x4.extract_lane 0
                  (local.get 32))
                (i32.const 1)))
            (local.set 37
              (i32.or
                (i32.load8_u offset=28
                  (local.get 27))
                (local.get 31)))
            (i32.store8 offset=28
              (local.get 27)
              (local.get 37))
            (local.set 31
              (i32.and
                (i32x4.extract_lane 1
                  (local.get 32))
                (i32.const 1)))
            (local.set 37
              (i32.or
                (i32.load8_u offset=28
                  (local.get 28))
                (local.get 31)))
            (i32.store8 offset=28
              (local.get 28)
              (local.get 37))
            (local.set 31
              (i32.and
                (i32x4.extract_lane 2
                  (local.get 32))
                (i32.const 1)))
            (local.set 37
              (i32.or
                (i32.load8_u offset=28
                  (local.get 29))
                (local.get 31)))
            (i32.store8 offset=28
              (local.get 29)
              (local.get 37))
            (local.set 31
              (i32.and
                (i32x4.extract_lane 3
                  (local.get 32))
                (i32.const 1)))
            (local.set 37
              (i32.or
                (i32.load8_u offset=28
                  (local.get 30))
                (local.get 31)))
            (i32.store8 offset=28
              (local.get 30)
              (local.get 37))
            (br_if 0 (;@4;)
              (i32.lt_u
                (local.tee 4
                  (i32.add
                    (local.get 4)
                    (i32.const 8)))
                (local.get 11))))
          (local.set 13
            (i32.const 1)))
        (br_if 1 (;@1;)
          (i32.ge_u
            (local.get 4)
            (local.get 2)))
        (br_if 0 (;@2;)
          (local.get 13))
        (local.set 30
          (i32.load8_u
            (i32.add
              (local.get 5)
              (local.get 4))))
        (local.set 29
          (local.get 30))
        (local.set 29
          (i32.add
            (i32.mul
              (local.get 29)
              (i32.const 32))
            (local.get 9)))
        (v128.store align=1
          (local.get 29)
          (i64x2.add
            (i64x2.replace_lane 1
              (i64x2.splat
                (i64.const 1))
              (i64.extend_i32_s
                (i32.load16_s align=1
                  (i32.add
                    (local.get 6)
                    (i32.shl
                      (local.get 4)
                      (i32.const 1))))))
            (v128.load align=1
              (local.get 29))))
        (local.set 12
          (i64.add
            (i64.load offset=16 align=1
              (local.get 29))
            (i64.const 1)))
        (i64.store offset=16 align=1
          (local.get 29)
          (local.get 12))
        (local.set 28
          (i32.const 1))
        (i32.store8 offset=28
          (local.get 29)
          (local.get 28))
        (local.set 28
          (i32.load offset=24 align=1
            (local.get 29)))
        (local.set 27
          (i32.load16_s align=1
            (i32.add
              (local.get 7)
              (i32.shl
                (local.get 4)
                (i32.const 1)))))
        (local.set 28
          (select
            (local.get 28)
            (local.get 27)
            (i32.gt_s
              (local.get 28)
              (local.get 27))))
        (i32.store offset=24 align=1
          (local.get 29)
          (local.get 28))
        (local.set 4
          (i32.add
            (local.get 4)
            (i32.const 1)))
        (br 0 (;@2;)))))
  (func (;4;) (type 3) (param i32 i32 i32) (result i32)
    (local i32 i32)
    (local.set 3
      (i32.load offset=16 align=1
        (local.get 0)))
    (block  ;; label = @1
      (br_if 0 (;@1;)
        (i32.eqz
          (call 5
            (i32.load offset=20 align=1
              (local.get 3))
            (local.get 1)
            (local.get 2))))
      (local.set 4
        (i32.const 1)))
    (local.get 4))
  (func (;5;) (type 3) (param i32 i32 i32) (result i32)
    (local i32 i32 i32 i32 i32)
    (block  ;; label = @1
      (local.set 3
        (i32.add
          (local.get 0)
          (i32.shr_u
            (local.get 1)
            (i32.const 3))))
      (local.set 4
        (i32.add
          (local.get 0)
          (i32.shr_u
            (local.get 2)
            (i32.const 3))))
      (local.set 5
        (i32.and
          (i32.shl
            (i32.const 255)
            (i32.and
              (local.get 1)
              (i32.const 7)))
          (i32.const 255)))
      (local.set 6
        (i32.sub
          (i32.shl
            (i32.const 1)
            (i32.and
              (local.get 2)
              (i32.const 7)))
          (i32.const 1)))
      (if  ;; label = @2
        (i32.eq
          (local.get 3)
          (local.get 4))
        (then
          (br_if 1 (;@1;)
            (i32.and
              (i32.and
                (local.get 5)
                (local.get 6))
              (i32.xor
                (i32.load8_u
                  (local.get 3))
                (i32.const -1))))
          (local.set 7
            (i32.const 1))
          (br 1 (;@1;))))
      (if  ;; label = @2
        (i32.ne
          (local.get 5)
          (i32.const 255))
        (then
          (br_if 1 (;@1;)
            (i32.and
              (local.get 5)
              (i32.xor
                (i32.load8_u
                  (local.get 3))
                (i32.const -1))))
          (local.set 3
            (i32.add
              (local.get 3)
              (i32.const 1)))))
      (if  ;; label = @2
        (local.get 6)
        (then
          (br_if 1 (;@1;)
            (i32.and
              (local.get 6)
              (i32.xor
                (i32.load8_u
                  (local.get 4))
                (i32.const -1))))))
      (block  ;; label = @2
        (loop  ;; label = @3
          (br_if 1 (;@2;)
            (i32.lt_u
              (i32.sub
                (local.get 4)
                (local.get 3))
              (i32.const 16)))
          (br_if 2 (;@1;)
            (v128.any_true
              (v128.not
                (v128.load align=1
                  (local.get 3)))))
          (local.set 3
            (i32.add
              (local.get 3)
              (i32.const 16)))
          (br 0 (;@3;))))
      (block  ;; label = @2
        (loop  ;; label = @3
          (br_if 1 (;@2;)
            (i32.ge_u
              (local.get 3)
              (local.get 4)))
          (br_if 2 (;@1;)
            (i32.and
              (i32.const 255)
              (i32.xor
                (i32.load8_u
                  (local.get 3))
                (i32.const -1))))
          (local.set 3
            (i32.add
              (local.get 3)
              (i32.const 1)))
          (br 0 (;@3;))))
      (local.set 7
        (i32.const 1)))
    (local.get 7))
  (func (;6;) (export "f0") (type 4) (param i32)
    (local i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i64 i32 i64 i32 v128)
    (local.set 9
      (i32.load offset=4 align=1
        (local.tee 7
          (i32.load offset=28 align=1
            (local.get 0)))))
    (local.set 8
      (i32.const 0))
    (block  ;; label = @1
      (loop  ;; label = @2
        (br_if 1 (;@1;)
          (i32.ge_u
            (local.get 8)
            (local.get 9)))
        (if  ;; label = @3
          (i32.load offset=24 align=1
            (local.tee 10
              (i32.add
                (i32.load align=1
                  (i32.add
                    (i32.load offset=8 align=1
                      (local.get 7))
                    (i32.shl
                      (local.get 8)
                      (i32.const 2))))
                (i32.const 64))))
          (then
            (local.set 13
              (i32.load offset=24 align=1
                (local.get 10)))
            (local.set 12
              (i32.add
                (local.tee 11
                  (i32.load offset=28 align=1
                    (local.get 10)))
                (i32.const 229)))
            (block  ;; label = @4
              (loop  ;; label = @5
                (br_if 1 (;@4;)
                  (i32.ge_u
                    (local.get 11)
                    (local.get 12)))
                (i32.store8
                  (local.get 11)
                  (i64.ne
                    (i64.load align=1
                      (local.get 13))
                    (i64.const 0)))
                (local.set 13
                  (i32.add
                    (local.get 13)
                    (i32.const 32)))
                (local.set 11
                  (i32.add
                    (local.get 11)
                    (i32.const 1)))
                (br 0 (;@5;))))))
        (local.set 8
          (i32.add
            (local.get 8)
            (i32.const 1)))
        (br 0 (;@2;))))
    (local.set 1
      (i32.const 0))
    (local.set 2
      (i32.const 0))
    (local.set 11
      (i32.load offset=4 align=1
        (local.tee 13
          (i32.load offset=28 align=1
            (local.get 0)))))
    (local.set 12
      (i32.const 0))
    (block  ;; label = @1
      (loop  ;; label = @2
        (br_if 1 (;@1;)
          (i32.ge_u
            (local.get 12)
            (local.get 11)))
        (if  ;; label = @3
          (i32.load offset=24 align=1
            (local.tee 14
              (i32.add
                (i32.load align=1
                  (i32.add
                    (i32.load offset=8 align=1
                      (local.get 13))
                    (i32.shl
                      (local.get 12)
                      (i32.const 2))))
                (i32.const 64))))
          (then
            (if  ;; label = @4
              (i32.eqz
                (local.get 1))
              (then
                (local.set 1
                  (i32.load offset=24 align=1
                    (local.get 14)))
                (local.set 2
                  (i32.load offset=28 align=1
                    (local.get 14)))))))
        (local.set 12
          (i32.add
            (local.get 12)
            (i32.const 1)))
        (br 0 (;@2;))))
    (i32.store offset=80 align=1
      (i32.load offset=28 align=1
        (local.get 0))
      (local.get 1))
    (i32.store offset=84 align=1
      (i32.load offset=28 align=1
        (local.get 0))
      (local.get 2))
    (if  ;; label = @1
      (i32.eqz
        (local.tee 6
          (call 0
            (local.get 0)
            (i32.const 932))))
      (then
        (i32.store align=1
          (local.get 0)
          (i32.const 5))
        (i32.store offset=4 align=1
          (local.get 0)
          (i32.const 0))
        (unreachable)))
    (local.set 5
      (i32.add
        (local.get 6)
        (i32.const 16)))
    (local.set 3
      (i32.const 0))
    (if  ;; label = @1
      (local.get 1)
      (then
        (local.set 4
          (i32.const 232))
        (local.set 21
          (i32.load offset=4 align=1
            (local.tee 19
              (i32.load offset=28 align=1
                (local.get 0)))))
        (local.set 20
          (i32.const 0))
        (block  ;; label = @2
          (loop  ;; label = @3
            (br_if 1 (;@2;)
              (i32.ge_u
                (local.get 20)
                (local.get 21)))
            (if  ;; label = @4
              (i32.load offset=24 align=1
                (local.tee 22
                  (i32.add
                    (i32.load align=1
                      (i32.add
                        (i32.load offset=8 align=1
                          (local.get 19))
                        (i32.shl
                          (local.get 20)
                          (i32.const 2))))
                    (i32.const 64))))
              (then
                (if  ;; label = @5
                  (i32.ne
                    (i32.load offset=24 align=1
                      (local.get 22))
                    (local.get 1))
                  (then
                    (local.set 15
                      (i32.load offset=28 align=1
                        (local.get 22)))
                    (local.set 16
                      (local.get 3))
                    (block  ;; label = @6
                      (loop  ;; label = @7
                        (br_if 1 (;@6;)
                          (i32.ge_u
                            (local.get 16)
                            (local.get 4)))
                        (local.set 23
                          (i32.add
                            (local.get 16)
                            (i32.const 8)))
                        (if  ;; label = @8
                          (if (result i32)  ;; label = @9
                            (i64.eqz
                              (local.tee 24
                                (i64.load align=1
                                  (i32.add
                                    (local.get 15)
                                    (local.get 16)))))
                            (then
                              (i32.const 1))
                            (else
                              (if (result i32)  ;; label = @10
                                (i64.eqz
                                  (i64.load align=1
                                    (i32.add
                                      (local.get 2)
                                      (local.get 16))))
                                (then
                                  (i64.store align=1
                                    (i32.add
                                      (local.get 2)
                                      (local.get 16))
                                    (local.get 24))
                                  (local.set 17
                                    (i32.add
                                      (i32.mul
                                        (local.get 16)
                                        (i32.const 32))
                                      (local.get 1)))
                                  (local.get 16)
                                  (local.set 18
                                    (i32.load offset=24 align=1
                                      (local.get 22)))
                                  (i32.const 32)
                                  (local.set 18
                                    (i32.add
                                      (i32.mul)
                                      (local.get 18)))
                                  (local.set 25
                                    (i32.add
                                      (local.get 17)
                                      (i32.const 256)))
                                  (loop  ;; label = @11
                                    (v128.store align=1
                                      (local.get 17)
                                      (v128.load align=1
                                        (local.get 18)))
                                    (v128.store offset=16 align=1
                                      (local.get 17)
                                      (v128.load offset=16 align=1
                                        (local.get 18)))
                                    (v128.store offset=32 align=1
                                      (local.get 17)
                                      (v128.load offset=32 align=1
                                        (local.get 18)))
                                    (v128.store offset=48 align=1
                                      (local.get 17)
                                      (v128.load offset=48 align=1
                                        (local.get 18)))
                                    (v128.store offset=64 align=1
                                      (local.get 17)
                                      (v128.load offset=64 align=1
                                        (local.get 18)))
                                    (v128.store offset=80 align=1
                                      (local.get 17)
                                      (v128.load offset=80 align=1
                                        (local.get 18)))
                                    (v128.store offset=96 align=1
                                      (local.get 17)
                                      (v128.load offset=96 align=1
                                        (local.get 18)))
                                    (v128.store offset=112 align=1
                                      (local.get 17)
                                      (v128.load offset=112 align=1
                                        (local.get 18)))
                                    (local.set 18
                                      (i32.add
                                        (local.get 18)
                                        (i32.const 128)))
                                    (br_if 0 (;@11;)
                                      (i32.lt_u
                                        (local.tee 17
                                          (i32.add
                                            (local.get 17)
                                            (i32.const 128)))
                                        (local.get 25))))
                                  (i32.const 1))
                                (else
                                  (i32.const 0)))))
                          (then
                            (local.set 16
                              (local.get 23))
                            (br 1 (;@7;))))
                        (loop  ;; label = @8
                          (if  ;; label = @9
                            (i32.load8_u
                              (i32.add
                                (local.get 15)
                                (local.get 16)))
                            (then
                              (i32.store8
                                (i32.add
                                  (local.get 2)
                                  (local.get 16))
                                (i32.const 1))
                              (local.set 17
                                (i32.add
                                  (i32.mul
                                    (local.get 16)
                                    (i32.const 32))
                                  (local.get 1)))
                              (local.set 18
                                (i32.add
                                  (i32.sub
                                    (local.get 17)
                                    (local.get 1))
                                  (i32.load offset=24 align=1
                                    (local.get 22))))
                              (local.set 26
                                (i64.add
                                  (i64.load align=1
                                    (local.get 17))
                                  (i64.load align=1
                                    (local.get 18))))
                              (i64.store align=1
                                (local.get 17)
                                (local.get 26))
                              (local.set 26
                                (i64.add
                                  (i64.load offset=8 align=1
                                    (local.get 17))
                                  (i64.load offset=8 align=1
                                    (local.get 18))))
                              (i64.store offset=8 align=1
                                (local.get 17)
                                (local.get 26))
                              (local.set 26
                                (i64.add
                                  (i64.load offset=16 align=1
                                    (local.get 17))
                                  (i64.load offset=16 align=1
                                    (local.get 18))))
                              (i64.store offset=16 align=1
                                (local.get 17)
                                (local.get 26))
                              (local.set 25
                                (i32.or
                                  (i32.load8_u offset=28
                                    (local.get 17))
                                  (i32.load8_u offset=28
                                    (local.get 18))))
                              (i32.store8 offset=28
                                (local.get 17)
                                (local.get 25))
                              (local.set 25
                                (i32.load offset=24 align=1
                                  (local.get 17)))
                              (local.set 27
                                (i32.load offset=24 align=1
                                  (local.get 18)))
                              (local.set 25
                                (select
                                  (local.get 25)
                                  (local.get 27)
                                  (i32.gt_s
                                    (local.get 25)
                                    (local.get 27))))
                              (i32.store offset=24 align=1
                                (local.get 17)
                                (local.get 25))))
                          (br_if 0 (;@8;)
                            (i32.lt_u
                              (local.tee 16
                                (i32.add
                                  (local.get 16)
                                  (i32.const 1)))
                              (local.get 23))))
                        (br 0 (;@7;))))))))
            (local.set 20
              (i32.add
                (local.get 20)
                (i32.const 1)))
            (br 0 (;@3;))))
        (local.set 18
          (local.get 3))
        (block  ;; label = @2
          (loop  ;; label = @3
            (br_if 1 (;@2;)
              (i32.ge_u
                (local.get 18)
                (local.get 4)))
            (local.set 16
              (i32.add
                (local.get 18)
                (i32.const 8)))
            (if  ;; label = @4
              (if (result i32)  ;; label = @5
                (i64.eqz
                  (local.tee 24
                    (i64.load align=1
                      (i32.add
                        (local.get 2)
                        (local.get 18)))))
                (then
                  (i32.const 1))
                (else
                  (if (result i32)  ;; label = @6
                    (i64.eq
                      (local.get 24)
                      (i64.const 72340172838076673))
                    (then
                      (local.set 17
                        (i32.add
                          (i32.mul
                            (local.get 18)
                            (i32.const 32))
                          (local.get 1)))
                      (local.set 28
                        (i32x4.splat
                          (local.get 17)))
                      (v128.store align=1
                        (local.get 5)
                        (i32x4.add
                          (local.get 28)
                          (v128.const i32x4 0x00000000 0x00000020 0x00000040 0x00000060)))
                      (v128.store offset=16 align=1
                        (local.get 5)
                        (i32x4.add
                          (local.get 28)
                          (v128.const i32x4 0x00000080 0x000000a0 0x000000c0 0x000000e0)))
                      (local.set 5
                        (i32.add
                          (local.get 5)
                          (i32.const 32)))
                      (i32.const 1))
                    (else
                      (i32.const 0)))))
              (then
                (local.set 18
                  (local.get 16))
                (br 1 (;@3;))))
            (loop  ;; label = @4
              (if  ;; label = @5
                (i32.load8_u
                  (i32.add
                    (local.get 2)
                    (local.get 18)))
                (then
                  (local.set 17
                    (i32.add
                      (i32.mul
                        (local.get 18)
                        (i32.const 32))
                      (local.get 1)))
                  (i32.store align=1
                    (local.get 5)
                    (local.get 17))
                  (local.set 5
                    (i32.add
                      (local.get 5)
                      (i32.const 4)))))
              (br_if 0 (;@4;)
                (i32.lt_u
                  (local.tee 18
                    (i32.add
                      (local.get 18)
                      (i32.const 1)))
                  (local.get 16))))
            (br 0 (;@3;))))))
    (local.set 17
      (i32.add
        (i32.load offset=28 align=1
          (local.get 0))
        (i32.const 64)))
    (local.set 18
      (i32.shr_u
        (i32.sub
          (i32.sub
            (local.get 5)
            (local.get 6))
          (i32.const 16))
        (i32.const 2)))
    (i32.store align=1
      (local.get 6)
      (local.get 18))
    (i32.store offset=4 align=1
      (local.get 6)
      (i32.const 0))
    (i32.store offset=8 align=1
      (local.get 6)
      (i32.add
        (local.get 6)
        (i32.const 16)))
    (i32.store offset=12 align=1
      (local.get 6)
      (i32.const 0))
    (i32.store align=1
      (local.get 17)
      (local.get 18))
    (i32.store offset=4 align=1
      (local.get 17)
      (i32.const 1))
    (i32.store offset=8 align=1
      (local.get 17)
      (local.get 6)))
  (func (;7;) (export "p1") (type 0) (param i32 i32 i32)
    (local i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 f64 i32 i64 i32 i32)
    (local.set 5
      (i32.load offset=80 align=1
        (i32.load offset=28 align=1
          (local.get 0))))
    (local.set 6
      (i32.add
        (local.get 0)
        (i32.const 160)))
    (local.set 9
      (i32.load offset=8 align=1
        (local.get 6)))
    (local.set 8
      (i32.const 2048))
    (if  ;; label = @1
      (local.tee 7
        (i32.load offset=16 align=1
          (local.get 6)))
      (then
        (if  ;; label = @2
          (i32.eq
            (i32.load offset=8 align=1
              (local.get 7))
            (i32.add
              (i32.load offset=20 align=1
                (local.get 0))
              (local.get 1)))
          (then
            (local.set 8
              (i32.load offset=4 align=1
                (local.get 7)))))))
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
        (local.set 3
          (local.get 10))
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
              (local.get 8)
              (i32.const 2048))
            (then
              (if  ;; label = @5
                (i32.eqz
                  (local.tee 7
                    (call 0
                      (local.get 0)
                      (i32.const 57872))))
                (then
                  (i32.store align=1
                    (local.get 0)
                    (i32.const 5))
                  (i32.store offset=4 align=1
                    (local.get 0)
                    (i32.const 0))
                  (unreachable)))
              (memory.fill
                (local.get 7)
                (i32.const 0)
                (i32.const 16))
              (memory.fill
                (i32.add
                  (local.get 7)
                  (i32.const 32784))
                (i32.const 0)
                (i32.const 256))
              (memory.fill
                (i32.add
                  (local.get 7)
                  (i32.const 49424))
                (i32.const 0)
                (i32.const 256))
              (i32.store offset=8 align=1
                (local.get 7)
                (i32.add
                  (i32.load offset=20 align=1
                    (local.get 0))
                  (local.get 1)))
              (if  ;; label = @5
                (i32.load offset=12 align=1
                  (local.get 6))
                (then
                  (i32.store align=1
                    (i32.load offset=16 align=1
                      (local.get 6))
                    (local.get 7)))
                (else
                  (i32.store offset=12 align=1
                    (local.get 6)
                    (local.get 7))))
              (i32.store offset=16 align=1
                (local.get 6)
                (local.get 7))
              (local.set 8
                (i32.const 0))))
          (local.set 12
            (i32.div_u
              (i32.sub
                (local.get 4)
                (local.get 5))
              (i32.const 32)))
          (local.set 13
            (i32.wrap_i64
              (i64.load align=1
                (local.get 4))))
          (f64.div
            (f64.convert_i64_s
              (i64.load offset=8 align=1
                (local.get 4)))
            (f64.convert_i64_s
              (i64.load offset=16 align=1
                (local.get 4))))
          (local.set 15
            (i64.ne
              (i64.load offset=16 align=1
                (local.get 4))
              (i64.const 0)))
          (local.set 14)
          (i64.load offset=8 align=1
            (local.get 4))
          (local.set 17
            (i32.load8_u offset=28
              (local.get 4)))
          (local.set 16)
          (local.set 18
            (i32.load offset=24 align=1
              (local.get 4)))
          (i32.store offset=16 align=1
            (i32.add
              (local.get 7)
              (i32.mul
                (local.get 8)
                (i32.const 4)))
            (local.get 12))
          (i32.store offset=8208 align=1
            (i32.add
              (local.get 7)
              (i32.mul
                (local.get 8)
                (i32.const 4)))
            (local.get 13))
          (f64.store offset=16400 align=1
            (i32.add
              (local.get 7)
              (i32.mul
                (local.get 8)
                (i32.const 8)))
            (local.get 14))
          (i32.store8 offset=32784
            (local.tee 13
              (i32.add
                (local.get 7)
                (i32.shr_u
                  (local.get 8)
                  (i32.const 3))))
            (i32.or
              (i32.load8_u offset=32784
                (local.get 13))
              (i32.shl
                (local.get 15)
                (i32.and
                  (local.get 8)
                  (i32.const 7)))))
          (i64.store offset=33040 align=1
            (i32.add
              (local.get 7)
              (i32.mul
                (local.get 8)
                (i32.const 8)))
            (local.get 16))
          (i32.store8 offset=49424
            (local.tee 15
              (i32.add
                (local.get 7)
                (i32.shr_u
                  (local.get 8)
                  (i32.const 3))))
            (i32.or
              (i32.load8_u offset=49424
                (local.get 15))
              (i32.shl
                (local.get 17)
                (i32.and
                  (local.get 8)
                  (i32.const 7)))))
          (i32.store offset=49680 align=1
            (i32.add
              (local.get 7)
              (i32.mul
                (local.get 8)
                (i32.const 4)))
            (local.get 18))
          (local.set 8
            (i32.add
              (local.get 8)
              (i32.const 1)))
          (i32.store offset=4 align=1
            (local.get 7)
            (local.get 8))
          (i32.store offset=8 align=1
            (local.get 6)
            (i32.add
              (i32.load offset=8 align=1
                (local.get 6))
              (i32.const 1)))
          (br_if 0 (;@3;)
            (i32.lt_u
              (local.tee 3
                (i32.add
                  (local.get 3)
                  (i32.const 1)))
              (local.get 11))))
        (local.set 10
          (local.get 11))
        (br 0 (;@2;))))))
